using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>The one look of all tables: no lines, faint headers, two blanks between columns.</summary>
internal static class TableOf
{
    /// <param name="headers">A header that starts with <c>&gt;</c> is right-aligned and never broken, as numbers are.</param>
    public static Table Columns(params string[] headers)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var header in headers)
        {
            var column = new TableColumn(new Text(header.TrimStart('>'), Paint.Faint)) { Padding = new Padding(0, 0, 2, 0), NoWrap = header[0] == '>' };
            table.AddColumn(header[0] == '>' ? column.RightAligned() : column);
        }

        return table;
    }
}
