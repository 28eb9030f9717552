using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A stand-in of an apiserver: HTTP/1.1 over TLS, with a /readyz that the test decides about.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private static readonly byte[] BadRequest = Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    private static readonly Lazy<X509Certificate2> Usual = new(() => Authority.Trusted.Issue());

    private int _checks;
    private volatile TaskCompletionSource? _frozen;
    private volatile TaskCompletionSource _watches = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ApiServer(TestHost host, string name, IPEndPoint address)
    {
        Name = name;
        Backend = new Backend(host, name, address, ServeAsync);
    }

    public string Name { get; }

    public Backend Backend { get; }

    public Member Member => Backend.Member;

    /// <summary>Null: it speaks HTTP without TLS.</summary>
    public X509Certificate2? Certificate { get; set; } = Usual.Value;

    /// <summary>The answer to the n-th check, counted from 1; may take its time.</summary>
    public Func<int, Task<Readiness>> Readyz { get; set; } = _ => Task.FromResult(Readiness.Ok);

    /// <summary>Instead of <see cref="Readyz"/>: takes the stream over as soon as a check has asked.</summary>
    public Func<Stream, Task>? RawReadyz { get; set; }

    /// <summary>Checks that have asked so far.</summary>
    public int Checks => Volatile.Read(ref _checks);

    /// <summary>Like SIGSTOP: its kernel takes connections and acknowledges bytes, and nobody answers.</summary>
    public void Freeze() => _frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends all watches, as an apiserver does that stops.</summary>
    public void EndWatches()
    {
        var watches = _watches;
        _watches = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watches.SetResult();
    }

    public void Thaw()
    {
        var frozen = _frozen;
        _frozen = null;
        frozen?.SetResult();
    }

    /// <summary>All further checks get this answer.</summary>
    public void Say(Readiness readiness) => Readyz = _ => Task.FromResult(readiness);

    /// <summary>Waits for so many more checks, counted from now.</summary>
    public Task CheckedAsync(int times)
    {
        var goal = Checks + times;
        return Eventually.HoldsAsync(() => Checks >= goal, () => $"{Name}: {Checks} checks, not {goal}");
    }

    public async ValueTask DisposeAsync()
    {
        Thaw();
        EndWatches();
        await Backend.DisposeAsync();
    }

    private async Task ServeAsync(Connection connection)
    {
        await ThawedAsync();
        await using NetworkStream plain = new(connection.Socket);
        if (Certificate is null)
        {
            await (await IsTlsAsync(connection.Socket) ? plain.WriteAsync(BadRequest) : new ValueTask(AnswerAsync(plain)));
            return;
        }

        await using SslStream tls = new(plain);
        try
        {
            await tls.AuthenticateAsServerAsync(Certificate);
        }
        catch (System.Security.Authentication.AuthenticationException)
        {
            return; // The other side does not like the certificate.
        }

        await AnswerAsync(tls);
    }

    private async Task AnswerAsync(Stream stream)
    {
        using StreamReader reader = new(stream, Encoding.Latin1, leaveOpen: true);
        while (await ReadRequestAsync(reader) is { } path)
        {
            await ThawedAsync();
            switch (path)
            {
                case "/readyz" when RawReadyz is { } raw:
                    Interlocked.Increment(ref _checks);
                    await raw(stream);
                    return;
                case "/readyz":
                    var readiness = await Readyz(Interlocked.Increment(ref _checks));
                    if (readiness.Status == 0)
                    {
                        return;
                    }

                    await WriteAsync(stream, readiness.Status, readiness.Body);
                    break;
                case "/watch":
                    await WriteAsync(stream, 200, Name + "\n", length: 1 << 30);
                    await _watches.Task;
                    return;
                default:
                    await WriteAsync(stream, 200, Name + "\n");
                    break;
            }
        }
    }

    /// <summary>As HTTP servers find out that somebody speaks TLS to them: by the first byte of a record.</summary>
    private static async Task<bool> IsTlsAsync(Socket socket)
    {
        var first = new byte[1];
        return await socket.ReceiveAsync(first, SocketFlags.Peek) == 1 && first[0] == 0x16;
    }

    private Task ThawedAsync() => _frozen?.Task ?? Task.CompletedTask;

    private static async Task<string?> ReadRequestAsync(StreamReader reader)
    {
        var first = await reader.ReadLineAsync();
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        return first?.Split(' ') is [_, var target, ..] ? target.Split('?')[0] : null;
    }

    private static async Task WriteAsync(Stream stream, int status, string body, int? length = null)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Whatever\r\nContent-Type: text/plain\r\nContent-Length: {length ?? body.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head + body));
        await stream.FlushAsync();
    }
}
