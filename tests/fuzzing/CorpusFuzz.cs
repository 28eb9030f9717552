namespace ApiLb.Fuzzing;

/// <summary>Damages the seeds and the corpus of a target, and holds each try to the same bounds of time and memory.</summary>
internal sealed class CorpusFuzz(IFuzzTarget target) : IFuzzedParser
{
    private const int CheapestNormalInputs = 100_000;

    private readonly Lazy<Mutation> _mutation = new(() => new Mutation([.. target.Seeds, .. FuzzCorpus.Of(target.Name).Select(f => f.Content)], target.Fragments, target.LongestInput));

    public IFuzzTarget Target => target;

    public string Name => target.Name;

    public int NormalInputs => CheapestNormalInputs / target.Cost;

    public byte[] Make(Random random) => _mutation.Value.Make(random);

    public void Try(Random random) => Try(Make(random));

    /// <exception cref="FuzzFailedException">Something does not hold for this input.</exception>
    public void Try(byte[] input)
    {
        var bounds = FuzzBounds.Begin();
        try
        {
            target.Try(input);
        }
        catch (Exception error) when (error is not FuzzFailedException)
        {
            throw FuzzFailedException.Of(error, input);
        }

        bounds.End(input);
    }
}
