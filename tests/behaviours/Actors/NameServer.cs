using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A DNS server on 127.0.0.53 that knows one name, or answers as the test wants. It answers over UDP only.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private const int RefusedCode = 5;

    private readonly Socket _socket;
    private readonly Task _serving;
    private int _queries;

    public NameServer(TestHost host)
    {
        _socket = host.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.53"), 53));
        _serving = ServeAsync();
    }

    /// <summary>The A records of every name; their time to live is a second.</summary>
    public volatile IReadOnlyList<string> Addresses = [];

    /// <summary>The response code; with anything else than 0 there are no records.</summary>
    public volatile int Code;

    /// <summary>Says nothing at all.</summary>
    public volatile bool IsSilent;

    public int Queries => Volatile.Read(ref _queries);

    /// <summary>A command that becomes another, for which this server is the resolver.</summary>
    /// <param name="folder">Where its resolv.conf goes.</param>
    public static IReadOnlyList<string> Launcher(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "resolv.conf"), "nameserver 127.0.0.53\noptions timeout:1 attempts:1\n");
        return ["unshare", "--mount", "sh", "-c", $"mount --bind {folder}/resolv.conf /etc/resolv.conf && exec \"$@\"", "launcher"];
    }

    /// <summary>Waits for so many more questions.</summary>
    public Task AskedAsync(int times)
    {
        var goal = Queries + times;
        return Eventually.HoldsAsync(() => Queries >= goal, () => $"{Queries} questions, not {goal}", TimeSpan.FromSeconds(40));
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[1500];
        try
        {
            while (true)
            {
                var query = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                Interlocked.Increment(ref _queries);
                if (!IsSilent)
                {
                    await _socket.SendToAsync(Answer(buffer.AsSpan(0, query.ReceivedBytes)), query.RemoteEndPoint);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> query)
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

        var question = query[12..(end + 5)];
        var isA = BinaryPrimitives.ReadUInt16BigEndian(question[^4..]) == 1;
        var records = Code == 0 && isA ? Addresses : [];
        List<byte> answer = [query[0], query[1], 0x81, (byte)(0x80 | Code), 0, 1, 0, (byte)records.Count, 0, 0, 0, 0, .. question];
        foreach (var address in records)
        {
            answer.AddRange([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()]);
        }

        return [.. answer];
    }
}
