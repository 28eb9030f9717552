using System.Text.Json.Serialization;
using ApiLb.Storage;

namespace ApiLb.Discovery;

/// <summary>The file of <see cref="LastGoodMembers"/>.</summary>
/// <param name="Version">Of this form.</param>
/// <param name="Checksum">Of the rest.</param>
/// <param name="Sources">What was believed of each.</param>
internal sealed record LastGoodDocument(int Version, string Checksum, IReadOnlyList<LastGoodDocument.Source> Sources) : StateDocument(Version, Checksum)
{
    internal sealed record Source(string Name, IReadOnlyList<Server> Members);

    /// <param name="Name">Empty: none.</param>
    /// <param name="Address">With its port.</param>
    /// <param name="IsBackup">Left out when it is not, as in files of versions that did not know it: their checksums stay right.</param>
    internal sealed record Server(string Name, string Address, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsBackup = false);
}
