using ApiLb.Tcp;

namespace ApiLb.Fuzzing;

/// <summary>
/// Real and hand-made ClientHellos, damaged, split into records and cut off. The parser must agree with <see cref="HelloModel"/>,
/// never change its mind when more bytes come, and wait only for what can still become a ClientHello.
/// </summary>
internal sealed class ClientHelloFuzz : IFuzzedParser
{
    private static readonly byte[][] Messages =
    [
        Hello.Tls13[Hello.RecordHeaderLength..],
        Hello.Tls12[Hello.RecordHeaderLength..],
        HelloBuilder.WithoutExtensions,
        HelloBuilder.Grease("a.example.com").ToMessage(),
        new HelloBuilder().Protocols("http/1.1").ServerName("Kubernetes.Default.svc.").EarlyData().ToMessage(),
        new HelloBuilder().ServerNames((1, [1]), (0, "b.example.com"u8.ToArray())).Protocols("h2").ToMessage(),
        new HelloBuilder().ServerName("a", "b").EarlyData().ToMessage(),
        new HelloBuilder().ServerName("10.0.0.5").ToMessage(),
        new HelloBuilder().ServerName(new string('x', 63) + ".com.").ToMessage(),
    ];

    /// <summary>Just short enough in one record, and too long in two. Slow to try, therefore seldom.</summary>
    private static readonly byte[] Longest =
        HelloBuilder.Grease("a.example.com").PaddedTo(ClientHelloScanner.MaxLength - Hello.RecordHeaderLength).ToMessage();

    private static readonly byte[] Extremes = [0, 1, 2, 3, 0x0A, 16, 22, (byte)'.', 42, 0x7F, 0x80, 0xFE, 0xFF];

    public string Name => "client-hello";

    public int NormalInputs => 100_000;

    public void Try(Random random)
    {
        var input = Input(random);
        try
        {
            Try(random, input);
        }
        catch (Exception error) when (error is not FuzzFailedException)
        {
            throw FuzzFailedException.Of(error, input);
        }
    }

    private static void Try(Random random, byte[] input)
    {
        var status = ClientHelloParser.Parse(input, out var hello);
        var model = HelloModel.Of(input);
        Demand(IsRefusal(status) == model.IsRefused && hello.Length == model.Length, $"{status}, {hello.Length} bytes, but the model has {model.Length}", input);
        switch (status)
        {
            case ClientHelloStatus.Complete:
                Demand(HelloFacts.Of(hello, input) == model.Facts(), $"{HelloFacts.Of(hello, input)}, but the model has {model.Facts()}", input);
                break;
            case ClientHelloStatus.Incomplete:
                byte[] whole = [.. input, .. model.Continuation()];
                Demand(ClientHelloParser.Parse(whole, out _) == ClientHelloStatus.Complete, "waits for what cannot come", whole);
                break;
        }

        TryBeginning(random, input, status, hello);
    }

    /// <summary>A hello that was parsed before all of the input was there.</summary>
    private static void TryBeginning(Random random, byte[] input, ClientHelloStatus status, ClientHello hello)
    {
        var length = random.Next(input.Length + 1);
        var early = ClientHelloParser.Parse(input.AsSpan(0, length), out var earlyHello);
        var isConsistent = early == ClientHelloStatus.Incomplete
            ? !(status == ClientHelloStatus.Complete && hello.Length <= length)
            : IsRefusal(early) ? IsRefusal(status) : status == early && hello == earlyHello;
        Demand(isConsistent, $"{early} after {length} bytes, but {status} in the end", input);
    }

    private static bool IsRefusal(ClientHelloStatus status) => status is ClientHelloStatus.NotTls or ClientHelloStatus.TooLarge;

    private static void Demand(bool holds, string otherwise, ReadOnlySpan<byte> input)
    {
        if (!holds)
        {
            throw new FuzzFailedException(otherwise, input);
        }
    }

    private static byte[] Input(Random random)
    {
        var message = (byte[])(random.Next(500) == 0 ? Longest : Messages[random.Next(Messages.Length)]).Clone();
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            message = Changed(random, message);
        }

        var input = random.Next(4) == 0 ? InRecords(random, message) : Hello.Record(message);
        if (random.Next(4) == 0)
        {
            input[random.Next(Math.Min(input.Length, 16))] = Byte(random);
        }

        return random.Next(3) switch
        {
            0 => input[..random.Next(input.Length + 1)],
            1 => [.. input, .. Bytes(random, random.Next(20))],
            _ => input,
        };
    }

    private static byte[] Changed(Random random, byte[] message)
    {
        var at = random.Next(message.Length);
        switch (random.Next(6))
        {
            case 0: // Something is missing.
                return [.. message[..at], .. message[Math.Min(at + random.Next(1, 9), message.Length)..], 0];
            case 1: // Something is there that does not belong.
                return [.. message[..at], .. Bytes(random, random.Next(1, 9)), .. message[at..]];
            case 2: // Something is there twice.
                return [.. message[..at], .. message[Math.Max(at - random.Next(1, 60), 0)..]];
            default:
                message[at] = Byte(random);
                return message;
        }
    }

    private static byte[] InRecords(Random random, byte[] message)
    {
        List<byte> records = [];
        var longest = random.Next(2) == 0 ? random.Next(1, 4) : random.Next(1, message.Length + 1);
        for (var at = 0; at < message.Length;)
        {
            var length = Math.Min(random.Next(1, longest + 1), message.Length - at);
            records.AddRange(Hello.Record(message[at..(at + length)]));
            at += length;
        }

        return [.. records];
    }

    private static byte Byte(Random random) => random.Next(2) == 0 ? Extremes[random.Next(Extremes.Length)] : (byte)random.Next(256);

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
