using System.CommandLine;
using ApiLb.Benchmarks;
using ApiLb.Benchmarks.Fuzzing;
using ApiLb.Benchmarks.HttpSideBySide;
using ApiLb.Benchmarks.IdleCost;
using ApiLb.Benchmarks.SideBySide;

CoverageMap.Begin();
var root = new RootCommand("ApiLb's benchmarks: against HAProxy and nginx, of single methods, and of parsers under damaged input.")
{
    SideBySideCommand.Create(),
    HttpCommand.Create(),
    IdleCostCommand.Create(),
    BareYarpCommand.Create(),
    MicroCommand.Create(),
    FuzzCommand.Create(),
};

// System.CommandLine ends the process this long after Ctrl-C or SIGTERM; until then every balancer and backend must have been stopped.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await root.Parse(args).InvokeAsync(invocation);
