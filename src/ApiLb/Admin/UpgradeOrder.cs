namespace ApiLb.Admin;

/// <summary>What an upgrade shall do. Immutable.</summary>
/// <param name="Binary">What to start; null: the file that this daemon was started from.</param>
/// <param name="Deadline">How long the daemon that goes may still serve its connections.</param>
/// <param name="Timeout">Until when the new daemon must be ready.</param>
internal sealed record UpgradeOrder(string? Binary, TimeSpan Deadline, TimeSpan Timeout)
{
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromHours(1);
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(7);
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(10);
}
