namespace ApiLb.Admin;

/// <summary><c>GET /v1/connections</c>: the established connections that come first.</summary>
/// <param name="Total">Established connections of all backends that were asked for.</param>
/// <param name="Sort"><c>bytes</c>, <c>age</c> or <c>idle</c>.</param>
/// <param name="Connections">At most as many as were asked for.</param>
internal sealed record ConnectionsStatus(int Total, string Sort, IReadOnlyList<ConnectionStatus> Connections);
