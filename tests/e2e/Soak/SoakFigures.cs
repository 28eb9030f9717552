using System.Globalization;
using ApiLb.EndToEndTests.Processes;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>What became of the clients of a soak, and of the reloads.</summary>
internal sealed record SoakFigures(
    ConnectionReport Connections, WatchReport Http1Watches, WatchReport Http2Watches, UnrulyClients Unruly, Reloads Reloads, Troubles Troubles, CpuShares Cpu)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
          {Connections}
          HTTP/1.1: {Http1Watches}
          HTTP/2: {Http2Watches}
          unruly clients: {Unruly}
          {Reloads.Applied} reloads applied, {Reloads.Refused} refused; {Troubles.Rounds} rounds of troubles
          CPU in percent of a core: balancer {Cpu.Balancer:F0}, clients {Cpu.Clients:F0}, machine {Cpu.Machine:F0}
        """);
}
