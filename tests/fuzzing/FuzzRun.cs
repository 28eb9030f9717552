namespace ApiLb.Fuzzing;

/// <summary>Tries many inputs, each of which can be made again from the run's seed and its own number.</summary>
internal static class FuzzRun
{
    /// <summary>Knuth's multiplier: neighbouring numbers get generators that have nothing in common.</summary>
    private const long Spread = 2654435761;

    /// <summary>Every parser of bytes from strangers. To add one, write its class and name it here.</summary>
    public static readonly IReadOnlyList<IFuzzedParser> Parsers = [new ClientHelloFuzz()];

    /// <exception cref="FuzzFailedException">It tells the number of the input.</exception>
    public static void Run(IFuzzedParser parser, int seed, long first, long inputs)
    {
        for (var input = first; input < first + inputs; input++)
        {
            try
            {
                parser.Try(new Random(unchecked(seed + (int)(input * Spread))));
            }
            catch (Exception error)
            {
                throw new FuzzFailedException($"{parser.Name}: input {input} of seed {seed}: {error.Message}", error);
            }
        }
    }
}
