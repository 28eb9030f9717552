using System.Globalization;

namespace ApiLb.Admin;

/// <summary>Who may change something over the admin socket: root, the daemon's own user, and the group <c>apilb</c>. Immutable.</summary>
/// <param name="own">The user that the daemon runs as; null: not known.</param>
/// <param name="group">The group's number; null: there is no such group.</param>
internal sealed class OperatorPermission(uint? own, uint? group)
{
    private const string GroupName = "apilb";
    private const string GroupFile = "/etc/group";
    private const string StatusFile = "/proc/self/status";

    /// <summary>By the files of this host.</summary>
    public static OperatorPermission OfThisHost() => new(
        NumberIn(StatusFile, l => l.StartsWith("Uid:", StringComparison.Ordinal) ? l.Split('\t').ElementAtOrDefault(2) : null),
        NumberIn(GroupFile, l => l.StartsWith(GroupName + ":", StringComparison.Ordinal) ? l.Split(':').ElementAtOrDefault(2) : null));

    /// <returns>Why not; null when it may.</returns>
    public string? RefusalOf(PeerCredentials? peer) =>
        peer is null ? "the kernel does not say who you are"
        : peer.Uid == 0 || peer.Uid == own || (group is { } number && peer.IsMemberOf(number)) ? null
        : $"{peer} may look but change nothing: use sudo, or join the group {GroupName} ('sudo usermod -aG {GroupName} $USER', then log in again)";

    /// <returns>Why it may not choose what runs as the daemon's user; null when it may: root and that user itself.</returns>
    public string? RefusalOfOther(PeerCredentials? peer) =>
        peer is null ? "the kernel does not say who you are"
        : peer.Uid == 0 || peer.Uid == own ? null
        : $"{peer} may not say which program runs as the daemon's user: use sudo, or leave it out";

    private static uint? NumberIn(string file, Func<string, string?> find)
    {
        try
        {
            return uint.TryParse(File.ReadLines(file).Select(find).FirstOrDefault(found => found is not null), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
