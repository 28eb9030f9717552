using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>The end of a search for a backend: a connection to one, or why there is none.</summary>
internal readonly record struct ConnectResult(BackendConnection? Connection, CloseReason Failure);
