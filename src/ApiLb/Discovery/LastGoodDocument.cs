using ApiLb.Storage;

namespace ApiLb.Discovery;

/// <summary>The file of <see cref="LastGoodMembers"/>.</summary>
/// <param name="Version">Of this form.</param>
/// <param name="Checksum">Of the rest.</param>
/// <param name="Sources">What was believed of each.</param>
internal sealed record LastGoodDocument(int Version, string Checksum, IReadOnlyList<LastGoodDocument.Source> Sources) : StateDocument(Version, Checksum)
{
    internal sealed record Source(string Name, IReadOnlyList<Server> Members);

    internal sealed record Server(string Name, string Address);
}
