namespace ApiLb.UnitTests.Architecture;

/// <summary>
/// Who may refer to whom in src/ApiLb, from the top floor down: the picture of docs/architecture.md as a table. An arrow that
/// runs up, or sideways where the table does not say so, is a mistake in the code, not in the table.
/// </summary>
internal static class House
{
    public const string Program = "Program";
    public const string Root = "Daemon";
    public const string Transport = "Transport";

    private static readonly string[] Ground = [Transport, "Configuration", "Health", "Kubernetes", "ProxyProtocol"];

    private static readonly string[] State = ["Backends", "Configuration", "Health"];

    /// <summary>Floors in order; within one floor the table below decides.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<string>> Floors =
    [
        [Program],
        ["Cli"],
        ["Demo", "Doctor", "Validation"],
        [Root],
        ["Deployment", "Upgrade"],
        ["Listening"],
        ["Tcp", "Http"],
        ["Telemetry", "Balancing", "Admission", "Admin", "Probing", "Etcd", "Discovery", "Operators", "Import"],
        ["Systemd", "Backends", "Storage"],
        Ground,
    ];

    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Allowed = new Dictionary<string, IReadOnlyList<string>>
    {
        [Program] = ["Cli"],
        ["Cli"] = ["Demo", "Doctor", "Validation", Root, "Admin", "Telemetry", "Import", .. State, "Kubernetes"],
        ["Demo"] = [Root, "Probing", "Telemetry", .. State],
        ["Doctor"] = ["Telemetry", "Admission", "Admin", "Probing", "Etcd", "Discovery", .. State],
        ["Validation"] = ["Etcd", "Configuration", "Kubernetes"],
        [Root] =
        [
            "Deployment", "Upgrade", "Listening", "Tcp", "Http", "Telemetry", "Balancing", "Admission", "Admin", "Probing", "Etcd", "Discovery", "Operators", "Systemd", .. State,
            Transport, "Kubernetes",
        ],
        ["Deployment"] = ["Listening", "Tcp", "Http", "Telemetry", "Balancing", "Admission", "Admin", "Probing", "Discovery", "Operators", .. State, Transport],
        ["Upgrade"] = ["Telemetry", "Admin", "Operators", .. State, Transport],
        ["Listening"] = ["Tcp", "Http", "Admission", "Telemetry", "Configuration", Transport],
        ["Tcp"] = ["Balancing", "Admission", "Telemetry", .. State, Transport, "ProxyProtocol"],
        ["Http"] = ["Balancing", "Admission", "Telemetry", "Probing", .. State, Transport],
        ["Telemetry"] = ["Etcd", .. State, "ProxyProtocol"],
        ["Balancing"] = [.. State, Transport],
        ["Admission"] = ["Telemetry", .. State, Transport, "ProxyProtocol"],
        ["Admin"] = ["Telemetry", "Balancing", "Etcd", "Operators", .. State],
        ["Probing"] = [.. State, "ProxyProtocol"],
        ["Etcd"] = ["Probing", .. State],
        ["Discovery"] = [.. State, "Kubernetes", "Storage"],
        ["Operators"] = [.. State, "Storage"],
        ["Import"] = ["Configuration"],
        ["Systemd"] = [],
        ["Storage"] = ["Configuration"],
        ["Backends"] = ["Configuration", "Health", Transport],
        [Transport] = [],
        ["Configuration"] = [],
        ["Health"] = [],
        ["Kubernetes"] = [],
        ["ProxyProtocol"] = [],
    };

    public static int FloorOf(string folder) => Floors.Index().First(f => f.Item.Contains(folder)).Index;
}
