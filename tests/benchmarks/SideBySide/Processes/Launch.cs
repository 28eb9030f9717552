namespace ApiLb.Benchmarks.SideBySide.Processes;

/// <summary>A program and its arguments, ready to be started.</summary>
internal sealed record Launch(string Program, IReadOnlyList<string> Arguments)
{
    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";
}
