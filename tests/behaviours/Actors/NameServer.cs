using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A DNS server on 127.0.0.53 that knows every name, or answers as the test wants.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    /// <summary>Seconds that its answers hold.</summary>
    public const int TimeToLive = 1;

    private const int RefusedCode = 5;
    private const ushort TypeA = 1;
    private const ushort TypeAlias = 5;
    private const ushort TypeAaaa = 28;

    /// <summary>What a datagram may have without EDNS (RFC 1035, section 4.2.1), and a message at all.</summary>
    private const int LongestDatagram = 512;
    private const int LongestMessage = 65_535;

    private readonly Socket _datagrams;
    private readonly Socket _listener;
    private readonly Task _serving;
    private int _queries;

    public NameServer(TestHost host)
    {
        IPEndPoint address = new(IPAddress.Parse("127.0.0.53"), 53);
        _datagrams = host.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _datagrams.Bind(address);
        _listener = host.CreateSocket(AddressFamily.InterNetwork);
        _listener.Bind(address);
        _listener.Listen();
        _serving = Task.WhenAll(ServeDatagramsAsync(), ServeConnectionsAsync());
    }

    /// <summary>The A and AAAA records of every name; more than a datagram takes are told over TCP, as many as a message takes.</summary>
    public volatile IReadOnlyList<string> Addresses = [];

    /// <summary>Every name is another word for this one, which has the addresses; null: they have them themselves.</summary>
    public volatile string? Alias;

    /// <summary>The response code; with anything else than 0 there are no records.</summary>
    public volatile int Code;

    /// <summary>Says nothing at all.</summary>
    public volatile bool IsSilent;

    /// <summary>Sends the first half of each answer only.</summary>
    public volatile bool CutsAnswers;

    /// <summary>Says that there is more than fits, and then over TCP nothing.</summary>
    public volatile bool PromisesMore;

    public int Queries => Volatile.Read(ref _queries);

    /// <summary>A command that becomes another, for which this server is the resolver.</summary>
    /// <param name="folder">Where its resolv.conf goes.</param>
    public static IReadOnlyList<string> Launcher(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "resolv.conf"), "nameserver 127.0.0.53\noptions timeout:1 attempts:1\n");
        return ["unshare", "--mount", "sh", "-c", $"mount --bind {folder}/resolv.conf /etc/resolv.conf && exec \"$@\"", "launcher"];
    }

    /// <summary>Answers as it should again.</summary>
    public void Recover() => (Code, IsSilent, CutsAnswers, PromisesMore) = (0, false, false, false);

    /// <summary>Waits for so many more questions.</summary>
    public Task AskedAsync(int times)
    {
        var goal = Queries + times;
        return Eventually.HoldsAsync(() => Queries >= goal, () => $"{Queries} questions, not {goal}", TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        _datagrams.Dispose();
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[1500];
        try
        {
            while (true)
            {
                var query = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                var answer = Answer(buffer.AsSpan(0, query.ReceivedBytes), LongestDatagram);
                Interlocked.Increment(ref _queries);
                if (!IsSilent)
                {
                    await _datagrams.SendToAsync(CutsAnswers ? answer.AsMemory(0, answer.Length / 2) : answer, query.RemoteEndPoint);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeConnectionsAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptAsync();
                await AnswerAsync(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    /// <summary>The questions of one connection, each after its length (RFC 1035, section 4.2.2).</summary>
    private async Task AnswerAsync(Socket connection)
    {
        await using NetworkStream stream = new(connection);
        var length = new byte[2];
        try
        {
            while (!PromisesMore && await stream.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false) == length.Length)
            {
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query);
                Interlocked.Increment(ref _queries);
                var answer = Answer(query, LongestMessage);
                await stream.WriteAsync((byte[])[.. Short(answer.Length), .. answer]);
            }
        }
        catch (IOException)
        {
            // Who asked has gone.
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> query, int longest)
    {
        var end = 12;
        while (end < query.Length && query[end] != 0)
        {
            end += query[end] + 1;
        }

        if (end + 5 > query.Length)
        {
            return [query[0], query[1], 0x81, 0x80 | RefusedCode, 0, 0, 0, 0, 0, 0, 0, 0];
        }

        var question = query[12..(end + 5)].ToArray();
        var records = Records(BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan()[^4..]), 12 + question.Length);
        var fitting = Fitting(records, longest - 12 - question.Length);
        var isTruncated = longest == LongestDatagram && (PromisesMore || fitting < records.Count);
        records = isTruncated ? [] : [.. records.Take(fitting)];
        return [query[0], query[1], (byte)(isTruncated ? 0x83 : 0x81), (byte)(0x80 | Code), 0, 1, .. Short(records.Count), 0, 0, 0, 0, .. question, .. records.SelectMany(r => r)];
    }

    /// <param name="type">What is asked for.</param>
    /// <param name="at">Where in the message the first record comes to stand.</param>
    private List<byte[]> Records(ushort type, int at)
    {
        List<byte[]> records = [];
        byte[] owner = [0xC0, 12]; // The name in the question.
        if (Code == 0 && Alias is { } alias)
        {
            byte[] name = [.. alias.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
            records.Add(Record(owner, TypeAlias, name));
            owner = [0xC0, (byte)(at + 12)]; // The name in the record before, behind the twelve bytes of its head.
        }

        var family = type switch { TypeA => AddressFamily.InterNetwork, TypeAaaa => AddressFamily.InterNetworkV6, _ => AddressFamily.Unspecified };
        var addresses = Code == 0 ? Addresses.Select(IPAddress.Parse).Where(ip => ip.AddressFamily == family) : [];
        records.AddRange(addresses.Select(ip => Record(owner, type, ip.GetAddressBytes())));
        return records;
    }

    private static byte[] Record(byte[] owner, ushort type, byte[] value) => [.. owner, .. Short(type), 0, 1, 0, 0, 0, TimeToLive, .. Short(value.Length), .. value];

    private static int Fitting(List<byte[]> records, int room)
    {
        var count = 0;
        while (count < records.Count && (room -= records[count].Length) >= 0)
        {
            count++;
        }

        return count;
    }

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];
}
