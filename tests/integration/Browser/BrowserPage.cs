using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using ApiLb.IntegrationTests.Operators;

namespace ApiLb.IntegrationTests.Browser;

/// <summary>
/// One tab, over the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/): what it asks of hosts and what it
/// complains about are written down from its first request on.
/// </summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _asked = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private Task _reading = Task.CompletedTask;
    private int _lastId;
    private int _loads;

    private BrowserPage()
    {
    }

    /// <summary>Addresses that it fetched from; those of the document itself (data:) are not fetched.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Errors and warnings of its console, exceptions, what the browser itself says of the page.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>How often a document was loaded.</summary>
    public int Loads => Volatile.Read(ref _loads);

    public static async Task<BrowserPage> ConnectAsync(Uri debugger, int width, int height, bool isDark)
    {
        BrowserPage page = new();
        await page._socket.ConnectAsync(debugger, CancellationToken.None);
        page._reading = page.ReadAsync();
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" })
        {
            await page.AskAsync($"{domain}.enable");
        }

        await page.AskAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await page.AskAsync("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) });
        return page;
    }

    /// <summary>Asks the browser something.</summary>
    public async Task<JsonElement> AskAsync(string method, JsonObject? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _asked[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] });
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _end.Token);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(Deadline, TimeProvider.System);
    }

    /// <summary>The value of an expression; a promise is waited for.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await AskAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        return answer.TryGetProperty("exceptionDetails", out var failure)
            ? throw new InvalidOperationException($"{expression}: {failure.GetRawText()}")
            : answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    public async Task<string> TextAsync(string expression) => (await EvaluateAsync(expression)).ToString();

    /// <summary>Loads an address, and returns when the document is complete.</summary>
    public async Task GoAsync(Uri address)
    {
        var before = Loads;
        await AskAsync("Page.navigate", new() { ["url"] = address.ToString() });
        await LoadedAsync(before);
    }

    /// <summary>Makes this the document, without a server.</summary>
    public async Task ShowAsync(string html)
    {
        var tree = await AskAsync("Page.getFrameTree");
        var frame = tree.GetProperty("frameTree").GetProperty("frame").GetProperty("id").GetString();
        await AskAsync("Page.setDocumentContent", new() { ["frameId"] = frame, ["html"] = html });
    }

    /// <summary>Waits until an expression is true; says what another was when it does not become so.</summary>
    public async Task BecomesAsync(string condition, string seen)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!(await EvaluateAsync($"Boolean({condition})")).GetBoolean())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Deadline)
            {
                throw new TimeoutException($"{condition} should be true: {await TextAsync(seen)}\n{string.Join('\n', Complaints)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Presses and releases a key, such as <c>Tab</c>.</summary>
    public async Task PressAsync(string key)
    {
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            await AskAsync("Input.dispatchKeyEvent", new() { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = key == "Tab" ? 9 : 13, ["text"] = key == "Enter" && type == "keyDown" ? "\r" : "" });
        }
    }

    /// <summary>Keeps a picture of the whole page in the tests' results.</summary>
    public async Task PhotographAsync(string name)
    {
        var size = (await AskAsync("Page.getLayoutMetrics")).GetProperty("cssContentSize");
        var clip = new JsonObject { ["x"] = 0, ["y"] = 0, ["width"] = size.GetProperty("width").GetDouble(), ["height"] = size.GetProperty("height").GetDouble(), ["scale"] = 1 };
        var picture = await AskAsync("Page.captureScreenshot", new() { ["format"] = "png", ["captureBeyondViewport"] = true, ["clip"] = clip });
        var directory = Directory.CreateDirectory(RepositoryFile.PathTo("artifacts", "test-results", "status-page"));
        await File.WriteAllBytesAsync(Path.Combine(directory.FullName, $"{name}.png"), picture.GetProperty("data").GetBytesFromBase64());
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
        _end.Dispose();
    }

    private async Task LoadedAsync(int before)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Loads == before)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Deadline)
            {
                throw new TimeoutException($"the document should be loaded: {string.Join('\n', Requests)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (true)
            {
                using MemoryStream message = new();
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
                    message.Write(buffer, 0, part.Count);
                }
                while (!part.EndOfMessage);

                Take(JsonDocument.Parse(message.ToArray()).RootElement);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or JsonException)
        {
            foreach (var waiting in _asked.Values)
            {
                waiting.TrySetException(new InvalidOperationException("the browser has gone", e));
            }
        }
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id))
        {
            if (_asked.TryRemove(id.GetInt32(), out var waiting))
            {
                _ = message.TryGetProperty("error", out var error)
                    ? waiting.TrySetException(new InvalidOperationException(error.GetRawText()))
                    : waiting.TrySetResult(message.GetProperty("result"));
            }

            return;
        }

        Note(message.GetProperty("method").GetString()!, message.GetProperty("params"));
    }

    private void Note(string method, JsonElement what)
    {
        switch (method)
        {
            case "Page.loadEventFired":
                Interlocked.Increment(ref _loads);
                break;
            case "Network.requestWillBeSent" when what.GetProperty("request").GetProperty("url").GetString() is { } url && !url.StartsWith("data:", StringComparison.Ordinal):
                Requests.Enqueue(url);
                break;
            case "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded":
                Complaints.Enqueue(what.GetRawText());
                break;
            default:
                break;
        }
    }
}
