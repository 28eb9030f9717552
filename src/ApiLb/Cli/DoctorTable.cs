using ApiLb.Doctor;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>Draws a <see cref="DoctorReport"/> for people. What it says is text, never markup.</summary>
internal sealed class DoctorTable(IAnsiConsole console)
{
    private static readonly Style Faint = new(Color.Grey);

    public void Draw(DoctorReport report)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var header in (string[])["RESULT", "CHECK", "WHAT, AND WHAT TO DO"])
        {
            table.AddColumn(new TableColumn(new Text(header, Faint)) { Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var finding in report.Findings)
        {
            table.AddRow(new Text(WordOf(finding.Severity), StyleOf(finding.Severity)), new Text(finding.Check), WhatOf(finding));
        }

        console.Write(table);
        console.WriteLine();
        console.Write(new Text(SummaryOf(report), StyleOf(report.Worst)));
        console.WriteLine();
    }

    private static Paragraph WhatOf(Finding finding)
    {
        var what = new Paragraph(finding.Text);
        return finding.Remedy is { } remedy ? what.Append($"\n-> {remedy}", finding.Severity > Severity.Note ? new Style(decoration: Decoration.Bold) : Faint) : what;
    }

    private static string SummaryOf(DoctorReport report)
    {
        var errors = report.Findings.Count(f => f.Severity == Severity.Error);
        var warnings = report.Findings.Count(f => f.Severity == Severity.Warning);
        return errors + warnings == 0
            ? $"Nothing to do: {report.Findings.Count} findings, no errors, no warnings."
            : $"{errors} {(errors == 1 ? "error" : "errors")}, {warnings} {(warnings == 1 ? "warning" : "warnings")}.";
    }

    private static string WordOf(Severity severity) => severity switch
    {
        Severity.Ok => "ok",
        Severity.Note => "note",
        Severity.Warning => "warning",
        _ => "error",
    };

    private static Style StyleOf(Severity severity) => severity switch
    {
        Severity.Ok => new Style(Color.Green),
        Severity.Note => Faint,
        Severity.Warning => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    };
}
