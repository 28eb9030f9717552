namespace ApiLb.Import.HaProxy;

/// <summary>A section of the file: <c>global</c>, <c>defaults</c>, <c>frontend</c>, <c>backend</c>, <c>listen</c>.</summary>
/// <param name="Head">The line that opens it.</param>
/// <param name="Statements">What stands in it.</param>
internal sealed record HaProxySection(Statement Head, IReadOnlyList<Statement> Statements)
{
    public string Kind => Head.Keyword;

    public string Name => Head.At(1);

    /// <summary>The section of defaults that it names with <c>from</c>; empty when it names none.</summary>
    public string From => Head.At(2) == "from" ? Head.At(3) : "";
}
