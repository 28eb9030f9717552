using System.Globalization;
using System.Text;

namespace ApiLb.Fuzzing;

/// <summary>Makes inputs from others as a typing error, a bad merge, a cut connection or an attacker would: some changes, one after the other.</summary>
/// <param name="seeds">What is damaged; at least one.</param>
/// <param name="fragments">What is put in.</param>
/// <param name="longest">No input becomes longer.</param>
internal sealed class Mutation(IReadOnlyList<byte[]> seeds, IReadOnlyList<string> fragments, int longest)
{
    private static readonly long[] Extremes = [-1, 0, 1, 127, 128, 255, 256, 65535, 65536, int.MaxValue, uint.MaxValue, long.MaxValue, long.MinValue];

    private static readonly byte[] Bytes = [0, 9, 10, 13, 27, 32, 34, 39, 44, 58, 92, 91, 93, 123, 125, 0x7F, 0x80, 0xC2, 0xED, 0xF0, 0xFF];

    private readonly byte[][] _fragments = [.. fragments.Select(Encoding.UTF8.GetBytes)];

    public byte[] Make(Random random) => Change(random, seeds[random.Next(seeds.Count)]);

    /// <summary>One input more from this one.</summary>
    public byte[] Change(Random random, byte[] input)
    {
        // Seldom whole: what is right must pass too.
        for (var changes = random.Next(random.Next(2) == 0 ? 3 : 12); changes > 0; changes--)
        {
            input = ChangeOnce(random, input);
        }

        return input.Length <= longest ? input : input[..longest];
    }

    private byte[] ChangeOnce(Random random, byte[] input)
    {
        var at = random.Next(input.Length + 1);
        var length = random.Next(3) == 0 ? random.Next(200) : random.Next(8);
        var end = Math.Min(input.Length, at + length);
        return random.Next(11) switch
        {
            0 => Replace(input, at, end, []),
            1 or 2 or 3 => Replace(input, at, random.Next(2) == 0 ? at : end, _fragments[random.Next(_fragments.Length)]),
            4 => Replace(input, at, at, Slice(random, input)),
            5 => Replace(input, at, random.Next(2) == 0 ? at : end, Slice(random, seeds[random.Next(seeds.Count)])),
            6 => Replace(input, at, Math.Min(input.Length, at + 1), [random.Next(2) == 0 ? Bytes[random.Next(Bytes.Length)] : (byte)random.Next(256)]),
            7 => WithOtherNumber(random, input, at),
            8 => WithoutLine(input, at),
            9 => Replace(input, at, at, Repeated(random, Slice(random, input))),
            _ => random.Next(4) == 0 ? input[..at] : Replace(input, at, end, Encoding.UTF8.GetBytes(Extremes[random.Next(Extremes.Length)].ToString(CultureInfo.InvariantCulture))),
        };
    }

    /// <summary>The next number of the text becomes one at the edge of what types hold.</summary>
    private static byte[] WithOtherNumber(Random random, byte[] input, int at)
    {
        var begin = input.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (begin < 0)
        {
            return input;
        }

        begin += at;
        var length = input.AsSpan(begin).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return Replace(input, begin, length < 0 ? input.Length : begin + length, Encoding.UTF8.GetBytes(Extremes[random.Next(Extremes.Length)].ToString(CultureInfo.InvariantCulture)));
    }

    private static byte[] WithoutLine(byte[] input, int at)
    {
        var begin = input.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        var length = input.AsSpan(at).IndexOf((byte)'\n');
        return Replace(input, begin, length < 0 ? input.Length : at + length + 1, []);
    }

    private static byte[] Slice(Random random, byte[] input)
    {
        var at = random.Next(input.Length + 1);
        return input[at..Math.Min(input.Length, at + random.Next(random.Next(4) == 0 ? 400 : 40))];
    }

    private static byte[] Repeated(Random random, byte[] slice) => [.. Enumerable.Repeat(slice, random.Next(random.Next(8) == 0 ? 100 : 4)).SelectMany(s => s)];

    private static byte[] Replace(byte[] input, int begin, int end, ReadOnlySpan<byte> by) => [.. input.AsSpan(0, begin), .. by, .. input.AsSpan(end)];
}
