namespace ApiLb.Validation;

/// <summary>How etcd is.</summary>
/// <param name="Quorum"><c>held</c>, <c>lost</c> or <c>unknown</c>.</param>
/// <param name="Leader">Null: not known.</param>
/// <param name="Members">Empty: none is configured, and <paramref name="Quorum"/> is what the apiservers' own checks mean.</param>
internal sealed record EtcdResult(string Quorum, string? Leader, IReadOnlyList<EtcdResult.Member> Members)
{
    public const string Held = "held";
    public const string Lost = "lost";
    public const string Unknown = "unknown";

    /// <param name="Name">As configured.</param>
    /// <param name="Healthy">It answers and is ready.</param>
    /// <param name="Detail">Why it is not; empty: nothing to say.</param>
    internal sealed record Member(string Name, bool Healthy, string Detail);
}
