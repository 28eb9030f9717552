
namespace ApiLb.Upgrade;

/// <summary>What an upgrade needs of the daemon that goes.</summary>
internal sealed record UpgradeTerms
{
    /// <summary>What is started when nobody says otherwise; absolute.</summary>
    public required string Binary { get; init; }

    /// <summary>What the new process is told beside this one's own environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Names the new main process to the service manager.</summary>
    public required Func<int, Task> NameSuccessor { get; init; }
}
