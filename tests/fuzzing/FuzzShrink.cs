namespace ApiLb.Fuzzing;

/// <summary>Makes an input smaller for as long as it still does what it was kept for: pieces are taken out, large ones first.</summary>
internal static class FuzzShrink
{
    /// <param name="input">It does.</param>
    /// <param name="does">Whether another one does too.</param>
    /// <param name="mostTries">Others that are tried at most.</param>
    public static byte[] Shrink(byte[] input, Predicate<byte[]> does, int mostTries)
    {
        var tries = 0;
        for (var piece = Math.Max(1, input.Length / 2); piece > 0; piece /= 2)
        {
            for (var at = 0; at < input.Length && tries < mostTries;)
            {
                byte[] smaller = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + piece))];
                tries++;
                if (does(smaller))
                {
                    input = smaller;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return input;
    }
}
