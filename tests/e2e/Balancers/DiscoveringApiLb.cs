using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Balancers;

/// <summary>An ApiLb beside the lab's own balancer, or in its place, whose pool asks the cluster for its members.</summary>
internal sealed class DiscoveringApiLb : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Func<LabProcess> _start;
    private readonly AdminSocket _admin;
    private LabProcess _process;

    private DiscoveringApiLb(string folder, Func<LabProcess> start)
    {
        Folder = folder;
        _admin = new AdminSocket(Path.Combine(folder, "admin.sock"));
        _start = start;
        _process = start();
    }

    /// <summary>Where its configuration, its kubeconfig and its memory lie.</summary>
    public string Folder { get; }

    /// <summary>The administrator's to write: <c>apilb kubeconfig --out</c>.</summary>
    public string Kubeconfig => Path.Combine(Folder, "kubeconfig");

    /// <summary>What an earlier run left for the next.</summary>
    public string LastGoodMembers => Path.Combine(Folder, "state/members-control-plane.json");

    /// <param name="directory">The lab's.</param>
    /// <param name="host">Which host runs it.</param>
    /// <param name="authorityFile">The cluster's CA certificate.</param>
    /// <param name="firstMembers">The pool's keys that name somebody to begin with, such as <c>backends: [...]</c>.</param>
    /// <param name="hostsFile">What the daemon sees as /etc/hosts; null: the machine's own.</param>
    public static DiscoveringApiLb Start(LabDirectory directory, LabHost host, string authorityFile, string firstMembers, string? hostsFile = null)
    {
        var folder = directory.RootOf($"{host.Name}-discovering-{Guid.NewGuid():N}");
        var configuration = Path.Combine(folder, "apilb.yaml");
        File.WriteAllText(configuration, Configuration(folder, authorityFile, firstMembers));
        string[] command = [new ApiLbBalancer().Program, "run", "--config", configuration];
        return new DiscoveringApiLb(
            folder, () => LabProcess.Start(directory, host, "discovering-apilb", hostsFile is null ? command : [.. SeeingHosts(hostsFile), .. command]));
    }

    /// <summary>Waits for these members, in these states; others must not be there.</summary>
    public Task MembersBecomeAsync(params (string Name, string Status)[] expected) =>
        MembersBecomeAsync(members => members.Count == expected.Length && Array.TrueForAll(expected, e => members.GetValueOrDefault(e.Name) == e.Status));

    /// <summary>Waits until they satisfy the condition.</summary>
    public Task MembersBecomeAsync(Predicate<IReadOnlyDictionary<string, string>> condition) =>
        Eventually.HoldsAsync("the members are those that the test wants", Patience, async () =>
        {
            _process.EnsureRunning();
            var members = await _admin.MembersAsync();
            return condition(members) ? null : string.Join(", ", members);
        });

    /// <summary>kill -9 and a new process; the files stay.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = _start();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // In a mount namespace of its own, where the file lies over /etc/hosts; each exec keeps the process id.
    private static string[] SeeingHosts(string hostsFile) =>
        ["unshare", "--mount", "sh", "-c", "mount --bind \"$1\" /etc/hosts && shift && exec \"$@\"", "sh", hostsFile];

    // Everybody is served in turn and at once, so that a test with little traffic meets every member.
    private static string Configuration(string folder, string authorityFile, string firstMembers) =>
        $$"""
        listeners:
          kube-apiserver: { bind: "*:{{LabHost.ApiPort}}", protocol: tls, pool: control-plane }
        pools:
          control-plane:
            {{firstMembers}}
            balance: round-robin
            health: { type: kube-apiserver, caFile: {{authorityFile}}, slowStart: 0s }
        stateDirectory: {{folder}}/state
        admin: { socket: {{folder}}/admin.sock, listen: 127.0.0.1:8404 }

        """;
}
