using System.Net;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>One program under test: knows its configuration file and its command line, and nothing about measuring.</summary>
internal interface IBalancer
{
    /// <summary>The name on the command line and in the report.</summary>
    string Name { get; }

    /// <summary>The program's own statement of its version, one line.</summary>
    Task<string> ReadVersionAsync(CancellationToken cancellationToken);

    /// <summary>Writes the configuration into <paramref name="directory"/> and says how to start the program in the foreground.</summary>
    Launch Prepare(string directory, IPEndPoint listener, IReadOnlyList<IPEndPoint> backends, bool isTls);
}
