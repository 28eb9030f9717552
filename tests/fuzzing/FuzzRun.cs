using ApiLb.Fuzzing.Targets;
using ApiLb.Import;

namespace ApiLb.Fuzzing;

/// <summary>Tries many inputs, each of which can be made again from the run's seed and its own number.</summary>
internal static class FuzzRun
{
    /// <summary>Knuth's multiplier: neighbouring numbers get generators that have nothing in common.</summary>
    private const long Spread = 2654435761;

    /// <summary>What is damaged to make inputs, and has a corpus. To add one, write its class and name it here.</summary>
    public static readonly IReadOnlyList<CorpusFuzz> Targets =
    [
        .. new IFuzzTarget[]
        {
            new ConfigurationTarget(),
            new KubeconfigTarget(),
            new ImportTarget(ImportFormat.HaProxy, "haproxy-cfg", "*.cfg"),
            new ImportTarget(ImportFormat.Nginx, "nginx-conf", "*.conf"),
            new ReadyzTarget(),
            new VersionTarget(),
            new MemberListTarget(),
            new WatchTarget(),
            new EtcdMetricsTarget(),
            new EtcdMessageTarget(),
            new AdminRequestTarget(),
            new RuntimeCommandTarget(),
        }.Select(target => new CorpusFuzz(target)),
    ];

    /// <summary>Every parser of bytes from strangers.</summary>
    public static readonly IReadOnlyList<IFuzzedParser> Parsers = [new ClientHelloFuzz(), new ProxyHeaderFuzz(), .. Targets];

    public static Random RandomOf(int seed, long input) => new(unchecked(seed + (int)(input * Spread)));

    /// <exception cref="FuzzFailedException">It tells the number of the input.</exception>
    public static void Run(IFuzzedParser parser, int seed, long first, long inputs)
    {
        for (var input = first; input < first + inputs; input++)
        {
            try
            {
                parser.Try(RandomOf(seed, input));
            }
            catch (Exception error)
            {
                throw new FuzzFailedException($"{parser.Name}: input {input} of seed {seed}: {error.Message}", error);
            }
        }
    }
}
