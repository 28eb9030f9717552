namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>The programs that can be compared, by the names used on the command line.</summary>
internal static class BalancerCatalog
{
    public const string Reference = "haproxy";

    public static IReadOnlyList<string> Default { get; } = [ApiLbBalancer.BalancerName, Reference, "nginx"];

    public const string CompiledOnce = "apilb-compiled-once";

    private const string Exporting = "apilb-otlp";
    private const string Other = "apilb-other";

    public static IReadOnlyList<string> All { get; } = [.. Default, Exporting, CompiledOnce, Other, "haproxy-splice", "haproxy-2-threads"];

    /// <summary>Those that need an <c>apilb</c> of this source tree.</summary>
    public static bool NeedsBuild(string name) => name is ApiLbBalancer.BalancerName or Exporting or CompiledOnce;

    /// <param name="name">One of <see cref="All"/>.</param>
    /// <param name="apilbProgram">The <c>apilb</c> of this source tree.</param>
    /// <param name="otherProgram">Another one, to compare with.</param>
    public static IBalancer Create(string name, string apilbProgram, string? otherProgram) => name switch
    {
        ApiLbBalancer.BalancerName => new ApiLbBalancer(name, apilbProgram),
        Exporting => new ApiLbBalancer(name, apilbProgram, exports: true),
        CompiledOnce => new ApiLbBalancer(name, apilbProgram, isCompiledOnce: true),
        Other => new ApiLbBalancer(name, otherProgram ?? throw new MeasurementFailedException($"{Other}: name its binary with --other.")),
        Reference => new HaProxyBalancer(name, threads: 1, splices: false),
        "haproxy-splice" => new HaProxyBalancer(name, threads: 1, splices: true),
        "haproxy-2-threads" => new HaProxyBalancer(name, threads: 2, splices: false),
        "nginx" => new NginxStreamBalancer(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such balancer."),
    };
}
