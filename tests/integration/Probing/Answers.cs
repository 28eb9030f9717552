using System.Text;

namespace ApiLb.IntegrationTests.Probing;

/// <summary>What a <see cref="FakeApiserver"/> can answer.</summary>
internal static class Answers
{
    public const string ShuttingDownBody = "[+]ping ok\n[+]etcd ok\n[-]shutdown failed: reason withheld\nreadyz check failed\n";

    public const string EtcdDownBody = "[+]ping ok\n[-]etcd failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n";

    public static Func<Stream, int, CancellationToken, Task<bool>> Ok { get; } = Status(200, "ok");

    /// <summary>Reads the request and never answers.</summary>
    public static Func<Stream, int, CancellationToken, Task<bool>> Silence { get; } = async (_, _, stop) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        return false;
    };

    public static Func<Stream, int, CancellationToken, Task<bool>> HangUp { get; } = (_, _, _) => Task.FromResult(false);

    /// <summary>Answers once per connection, and hangs up on the next request without a word.</summary>
    public static Func<Stream, int, CancellationToken, Task<bool>> OkOnce { get; } =
        (stream, request, stop) => request == 1 ? Ok(stream, request, stop) : Task.FromResult(false);

    /// <summary>Answers, and closes the connection that it promised to keep.</summary>
    public static Func<Stream, int, CancellationToken, Task<bool>> OkAndClose { get; } = async (stream, request, stop) =>
    {
        await Ok(stream, request, stop);
        return false;
    };

    /// <summary>100 bytes are promised, one comes every 50 ms.</summary>
    public static Func<Stream, int, CancellationToken, Task<bool>> SlowBody { get; } = async (stream, _, stop) =>
    {
        await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", stop);
        return await DripAsync(stream, "o", TimeSpan.FromMilliseconds(50), stop);
    };

    public static Func<Stream, int, CancellationToken, Task<bool>> SlowHeaders { get; } = async (stream, _, stop) =>
    {
        await WriteAsync(stream, "HTTP/1.1 200 OK\r\n", stop);
        return await DripAsync(stream, "A: b\r\n", TimeSpan.FromMilliseconds(50), stop);
    };

    public static Func<Stream, int, CancellationToken, Task<bool>> EndlessHeaders { get; } = async (stream, _, stop) =>
    {
        await WriteAsync(stream, "HTTP/1.1 200 OK\r\n", stop);
        return await DripAsync(stream, "A: " + new string('b', 1000) + "\r\n", TimeSpan.Zero, stop);
    };

    public static Func<Stream, int, CancellationToken, Task<bool>> Text(string answer) => async (stream, _, stop) =>
    {
        await WriteAsync(stream, answer, stop);
        return false;
    };

    public static Func<Stream, int, CancellationToken, Task<bool>> Status(int status, string body, string headers = "") =>
        async (stream, _, stop) =>
        {
            await WriteAsync(stream, $"HTTP/1.1 {status} Whatever\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}", stop);
            return true;
        };

    private static async Task<bool> DripAsync(Stream stream, string drop, TimeSpan pause, CancellationToken stop)
    {
        while (true)
        {
            await WriteAsync(stream, drop, stop);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, TimeProvider.System, stop);
            }
        }
    }

    private static async Task WriteAsync(Stream stream, string text, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop);
        await stream.FlushAsync(stop);
    }
}
