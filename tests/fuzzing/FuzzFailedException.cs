namespace ApiLb.Fuzzing;

/// <summary>An input for which a parser does not do what it must.</summary>
internal sealed class FuzzFailedException : Exception
{
    private const int MostShown = 512;

    public FuzzFailedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    public FuzzFailedException(string message, ReadOnlySpan<byte> input)
        : base($"{message}: {input.Length} bytes, {Convert.ToHexString(input[..Math.Min(input.Length, MostShown)])}")
    {
    }
}
