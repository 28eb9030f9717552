using System.Net;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

/// <summary>A client of the page's stream: reads its events one after the other.</summary>
internal sealed class LiveStream : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client;
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;

    private LiveStream(HttpClient client, HttpResponseMessage answer, StreamReader reader)
    {
        _client = client;
        _answer = answer;
        _reader = reader;
    }

    public static async Task<LiveStream> OpenAsync(AdminHost host) =>
        await TryOpenAsync(host) ?? throw new InvalidOperationException("the stream should be open to one more");

    /// <summary>Waits for a place.</summary>
    public static async Task<LiveStream> OpenedAsync(AdminHost host)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await TryOpenAsync(host) is { } stream)
            {
                return stream;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Deadline, "the stream should be open to one more");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <returns>Null when there is no place.</returns>
    public static async Task<LiveStream?> TryOpenAsync(AdminHost host)
    {
        var client = host.NewClient(overSocket: false);
        var answer = await client.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            answer.Dispose();
            client.Dispose();
            return null;
        }

        return new LiveStream(client, answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    /// <summary>The data of the next event of the page.</summary>
    public async Task<string> NextAsync()
    {
        while (true)
        {
            List<string> lines = [];
            while (await ReadLineAsync() is { Length: > 0 } line)
            {
                lines.Add(line);
            }

            if (lines.Count > 0 && lines.TrueForAll(l => l.StartsWith("data: ", StringComparison.Ordinal)))
            {
                return string.Join('\n', lines.Select(l => l["data: ".Length..]));
            }
        }
    }

    /// <summary>The next event with this text in it.</summary>
    public async Task<string> UntilAsync(string text)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var data = await NextAsync();
            if (data.Contains(text, StringComparison.Ordinal))
            {
                return data;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Deadline, $"no event had {text}, the last was {data}");
        }
    }

    /// <summary>Reads to the end, which must be one and not a cut.</summary>
    public async Task EndsAsync() => _ = await _reader.ReadToEndAsync().WaitAsync(Deadline);

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _answer.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReadLineAsync() =>
        await _reader.ReadLineAsync().WaitAsync(Deadline) ?? throw new EndOfStreamException("the stream should go on");
}
