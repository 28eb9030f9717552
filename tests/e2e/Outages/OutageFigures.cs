using System.Globalization;
using ApiLb.EndToEndTests.Processes;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Outages;

/// <summary>What an outage did to the clients of a balancer.</summary>
/// <param name="Title">Which balancer, outage and victim.</param>
/// <param name="Took">How long the outage itself took: until the process was gone, or the last was back.</param>
/// <param name="Connections">New connections, before and after.</param>
/// <param name="WatchesThere">The watches that were open on the victim when it began.</param>
/// <param name="WatchesElsewhere">The watches on the other two.</param>
/// <param name="Reopenings">Every connection that was made for watches.</param>
/// <param name="Cpu">While new connections came.</param>
internal sealed record OutageFigures(
    string Title, TimeSpan Took, ConnectionReport Connections, WatchCohort WatchesThere, WatchCohort WatchesElsewhere, ConnectionReport Reopenings, CpuShares Cpu)
{
    /// <summary>What the balancer has written between the beginning of the outage and the end of the traffic.</summary>
    public required string BalancerLog { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Title}, which took {Took.TotalSeconds:F1} s
          {Connections}
          {WatchesThere}; {WatchesElsewhere}
          for watches: {Reopenings}
          CPU in percent of a core: balancer {Cpu.Balancer:F0}, clients {Cpu.Clients:F0}, machine {Cpu.Machine:F0}
        """);
}
