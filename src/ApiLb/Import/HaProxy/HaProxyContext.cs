using ApiLb.Configuration.Values;
using ApiLb.Import.Drafts;

namespace ApiLb.Import.HaProxy;

/// <summary>What the readers of one file share. Not thread-safe.</summary>
/// <param name="Source">The file.</param>
/// <param name="Variables">Environment variables in addresses.</param>
/// <param name="Notes">What the operator should know.</param>
internal sealed record HaProxyContext(ImportSource Source, HaProxyVariables Variables, ImportNotes Notes)
{
    /// <summary>Where relative CA files are (<c>ca-base</c> of global); empty: nowhere else.</summary>
    public string CaBase { get; set; } = "";

    public NameBook ListenerNames { get; } = new();

    public NameBook PoolNames { get; } = new();

    public DraftAddresses Addresses { get; } = new(Notes);

    /// <summary>The value, or the nearest one that ApiLb allows, with a note.</summary>
    public TimeSpan? Fit(Statement statement, TimeSpan? value, TimeSpan least, TimeSpan most)
    {
        if (value is not { } time)
        {
            return null;
        }

        var fitting = time < least ? least : time > most ? most : time;
        if (fitting != time)
        {
            Notes.Changed(statement, $"ApiLb allows {Duration.Format(least)} to {Duration.Format(most)}");
        }

        return fitting;
    }

    /// <summary>The duration at this place, or null with a note when there is none.</summary>
    public TimeSpan? TimeAt(Statement statement, int index)
    {
        var time = HaProxyTime.Parse(statement.At(index));
        if (time is null)
        {
            Notes.LeftOut(statement, "its value is no duration");
        }

        return time;
    }

    /// <summary>The number at this place, or null with a note when there is none in the range.</summary>
    public int? NumberAt(Statement statement, int index, int least, int most)
    {
        var number = ServerParameters.Number(statement.At(index), least, most);
        if (number is null)
        {
            Notes.LeftOut(statement, FormattableString.Invariant($"its value is no number from {least} to {most}"));
        }

        return number;
    }
}
