namespace ApiLb.Validation;

/// <summary>What one apiserver said when it was asked directly.</summary>
/// <param name="Name">As configured, else its address.</param>
/// <param name="Address">Where it was asked.</param>
/// <param name="State"><c>ready</c>, <c>not_ready</c>, <c>unknown</c> (it answers, but does not tell) or <c>unreachable</c>.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Milliseconds">From connect to the whole answer.</param>
/// <param name="Etcd">Whether its own check of etcd passes; null: it does not say.</param>
internal sealed record ApiserverResult(string Name, string Address, string State, string Detail, double Milliseconds, bool? Etcd)
{
    public const string Ready = "ready";
    public const string NotReady = "not_ready";
    public const string Unknown = "unknown";
    public const string Unreachable = "unreachable";
}
