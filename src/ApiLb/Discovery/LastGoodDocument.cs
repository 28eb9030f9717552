namespace ApiLb.Discovery;

/// <summary>The file of <see cref="LastGoodMembers"/>.</summary>
/// <param name="Version">Of this form; another one is not read.</param>
/// <param name="Checksum">SHA-256 of the document with an empty checksum.</param>
/// <param name="Sources">What was believed of each.</param>
internal sealed record LastGoodDocument(int Version, string Checksum, IReadOnlyList<LastGoodDocument.Source> Sources)
{
    internal sealed record Source(string Name, IReadOnlyList<Server> Members);

    internal sealed record Server(string Name, string Address);
}
