namespace ApiLb.Telemetry;

/// <summary>What a backend lately did in a second.</summary>
/// <param name="Connections">Connections that it began to serve.</param>
/// <param name="BytesToBackend">Bytes relayed to it.</param>
/// <param name="BytesToClient">Bytes relayed from it.</param>
internal readonly record struct TrafficRates(double Connections, double BytesToBackend, double BytesToClient);
