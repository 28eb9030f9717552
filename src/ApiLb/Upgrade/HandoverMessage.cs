using System.Text.Json.Serialization;
using ApiLb.Admin;
using ApiLb.Operators;

namespace ApiLb.Upgrade;

/// <summary>
/// One message between the daemon that goes and the one that comes. Parts are only ever added, and each version skips what it
/// does not know: the two are of different versions. Immutable.
/// </summary>
/// <param name="Kind">Says which of the parts is there.</param>
internal sealed record HandoverMessage(HandoverKind Kind)
{
    /// <summary>Of who says it, for <see cref="HandoverKind.Hello"/>.</summary>
    public int? Pid { get; init; }

    public string? Version { get; init; }

    /// <summary>For people.</summary>
    public string? Text { get; init; }

    public HandedSocket? Socket { get; init; }

    public HandedHealth? Health { get; init; }

    public StandingOrder? Order { get; init; }

    public PredecessorStatus? Predecessor { get; init; }

    /// <summary>What comes with it, in this process; below zero: nothing.</summary>
    [JsonIgnore]
    public int Descriptor { get; init; } = -1;
}
