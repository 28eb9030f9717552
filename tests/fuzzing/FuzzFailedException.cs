using System.Text;

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
        : base($"{message}: {input.Length} bytes, {Convert.ToHexString(input[..Math.Min(input.Length, MostShown)])}, in words {Words(input)}") => Input = input.ToArray();

    /// <summary>Null when it was not one input that failed.</summary>
    public byte[]? Input { get; }

    /// <summary>The parser threw.</summary>
    public static FuzzFailedException Of(Exception error, ReadOnlySpan<byte> input) => new($"{error.GetType().Name}: {error.Message} {PlaceOf(error)}", input);

    /// <exception cref="FuzzFailedException">It does not hold.</exception>
    public static void Unless(bool holds, string otherwise, ReadOnlySpan<byte> input)
    {
        if (!holds)
        {
            throw new FuzzFailedException(otherwise, input);
        }
    }

    /// <summary>The first of our own methods on the stack.</summary>
    private static string? PlaceOf(Exception error) => error.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("ApiLb.", StringComparison.Ordinal))?.Trim();

    private static string Words(ReadOnlySpan<byte> input) =>
        string.Concat(Encoding.Latin1.GetString(input[..Math.Min(input.Length, MostShown)]).Select(c => c is >= ' ' and < '\x7F' ? c : '~'));
}
