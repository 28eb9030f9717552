using ApiLb.Configuration;
using ApiLb.Configuration.Changes;

namespace ApiLb.Deployment;

/// <summary>What has to be done so that another configuration runs. Pure; immutable.</summary>
internal sealed class ReloadPlan
{
    /// <summary>Sections that are read once. Files that they name are read again whenever they change.</summary>
    private static readonly string[] ReadOnce = ["admin", "etcd", "otlp", "transport", "stateDirectory"];

    /// <param name="before">What runs.</param>
    /// <param name="after">What shall run.</param>
    public ReloadPlan(LoadedConfiguration before, LoadedConfiguration after)
    {
        Changes = ConfigurationDiff.Between(before, after);
        Target = after with
        {
            Options = after.Options with
            {
                Admin = before.Options.Admin,
                Etcd = before.Options.Etcd,
                Otlp = before.Options.Otlp,
                Transport = before.Options.Transport,
                StateDirectory = before.Options.StateDirectory,
            },
        };
        NewPools = [.. after.Options.Pools.ExceptBy(before.Options.Pools.Select(p => p.Name), p => p.Name)];
        GonePools = [.. before.Options.Pools.Select(p => p.Name).Except(after.Options.Pools.Select(p => p.Name))];
        var hasOtherAddresses = Changes.Any(c => c.IsIn("listeners") && (c.Path.Count == 2 || c.Path[2] == "bind"));
        ChangedPools = [.. after.Options.Pools.Except(NewPools).Select(p => ChangeOf(p, hasOtherAddresses)).OfType<PoolChange>()];
    }

    /// <summary>Everything that differs, what needs a restart included.</summary>
    public IReadOnlyList<SettingChange> Changes { get; }

    /// <summary>What runs when the plan has been carried out: without what needs a restart.</summary>
    public LoadedConfiguration Target { get; }

    public IReadOnlyList<PoolOptions> NewPools { get; }

    public IReadOnlyList<string> GonePools { get; }

    public IReadOnlyList<PoolChange> ChangedPools { get; }

    /// <summary>Nothing can be done: no setting differs, or only such as need a restart.</summary>
    public bool IsEmpty => Changes.All(NeedsRestart);

    /// <summary>True for what stays as it is until the daemon is started again.</summary>
    public static bool NeedsRestart(SettingChange change) => !change.IsContent && ReadOnce.Contains(change.Path[0]);

    /// <summary>True when new clients of this listener need other settings than before, or it is new.</summary>
    public bool ChangesListener(string listener) => Changes.Any(c => c.IsIn("listeners", listener));

    /// <returns>Null when it stays as it is.</returns>
    private PoolChange? ChangeOf(PoolOptions options, bool hasOtherAddresses)
    {
        var changes = Changes.Where(c => c.IsIn("pools", options.Name)).ToArray();
        var change = new PoolChange(options)
        {
            ChangesMembers = Touch("backends"),
            RestartsChecks = Touch("health", "controlPlaneEndpoint", "proxyProtocol"),
            RestartsDiscovery = Touch("discovery") || (hasOtherAddresses && options.Discovery is not null),
        };
        return changes.Length > 0 || change.RestartsDiscovery ? change : null;

        bool Touch(params string[] parts) => Array.Exists(changes, c => parts.Contains(c.Path[2]));
    }
}
