namespace ApiLb.Transport;

/// <summary>What a relay did.</summary>
/// <param name="End">How it ended.</param>
/// <param name="BytesToBackend">Bytes that reached the backend's socket.</param>
/// <param name="BytesToClient">Bytes that reached the client's socket.</param>
internal readonly record struct RelayResult(RelayEnd End, long BytesToBackend, long BytesToClient);
