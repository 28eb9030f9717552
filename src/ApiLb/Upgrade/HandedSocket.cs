namespace ApiLb.Upgrade;

/// <summary>One listening socket as it changes hands. Immutable.</summary>
/// <param name="Address">As the configuration has it: <c>10.0.0.5:6443</c>, <c>unix:/path</c>.</param>
/// <param name="IsAdmin">Of the admin surface; else of a listener.</param>
/// <param name="OwnsFile">Whoever listens there deletes the file when it stops; else a service manager keeps the socket.</param>
internal sealed record HandedSocket(string Address, bool IsAdmin, bool OwnsFile);
