namespace ApiLb.EndToEndTests.Traffic;

/// <summary>What happened to the watches of a <see cref="WatchLoad"/>.</summary>
/// <param name="Watches">How many there were.</param>
/// <param name="Ends">How often one of them ended because its apiserver went away.</param>
/// <param name="Openings">Every connection that was opened for them.</param>
internal sealed record WatchReport(int Watches, int Ends, ConnectionReport Openings)
{
    public override string ToString() => $"{Watches} watches: {Ends} ended; {Openings}";
}
