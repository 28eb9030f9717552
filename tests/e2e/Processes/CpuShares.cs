namespace ApiLb.EndToEndTests.Processes;

/// <summary>CPU time in percent of one core.</summary>
/// <param name="Balancer">The balancer's process.</param>
/// <param name="Clients">The tests, which are all the clients.</param>
/// <param name="Machine">Everything on the machine; 200 is all that two cores have.</param>
internal sealed record CpuShares(double Balancer, double Clients, double Machine);
