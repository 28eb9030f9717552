namespace ApiLb.Admin;

/// <summary>A daemon that an upgrade has replaced, while it still serves connections.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Version">Its version.</param>
/// <param name="Connections">Those of clients that it has left.</param>
/// <param name="SecondsLeft">Until it closes what is left then.</param>
internal sealed record PredecessorStatus(int Pid, string Version, long Connections, double SecondsLeft);
