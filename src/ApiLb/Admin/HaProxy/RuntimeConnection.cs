using System.Net.Sockets;
using System.Text;

namespace ApiLb.Admin.HaProxy;

/// <summary>
/// One client of the runtime socket: a line of commands with semicolons between them, answers, end; or with <c>prompt</c> line after
/// line (HAProxy's management guide, 9.3).
/// </summary>
internal sealed class RuntimeConnection(RuntimeCommands commands, TimeProvider time)
{
    /// <summary>HAProxy's buffer, tune.bufsize.</summary>
    private const int LongestLine = 16384;

    private const string TooLong = "The line is too long: at most 16384 bytes.\n\n";

    private const string Prompt = "\n> ";

    /// <summary>HAProxy's default of <c>stats timeout</c>; an operator at a prompt may think longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceAtPrompt = TimeSpan.FromMinutes(10);

    private bool _isInteractive;
    private bool _isOver;

    /// <param name="socket">Closed by the caller.</param>
    /// <param name="client">Who it is.</param>
    /// <param name="stop">Fires when the daemon stops.</param>
    public async Task ServeAsync(Socket socket, RuntimeClient client, CancellationToken stop)
    {
        var buffer = new byte[LongestLine];
        var length = 0;
        while (!_isOver)
        {
            var end = buffer.AsSpan(0, length).IndexOf((byte)'\n');
            if (end < 0 && length < LongestLine && await ReceiveAsync(socket, buffer.AsMemory(length), stop) is > 0 and var received)
            {
                length += received;
                continue;
            }

            if (end < 0 && length is 0 or LongestLine)
            {
                await SendAsync(socket, length == 0 ? "" : TooLong, stop);
                return;
            }

            // The last line may end with the connection instead of a newline.
            var line = Encoding.UTF8.GetString(buffer, 0, end < 0 ? length : end);
            var taken = end < 0 ? length : end + 1;
            buffer.AsSpan(taken, length - taken).CopyTo(buffer);
            length -= taken;
            await AnswerAsync(socket, line, client, stop);
            _isOver |= !_isInteractive || end < 0;
        }
    }

    /// <summary>Each answer leaves before the next is made: a short line can ask for a hundred thousand times its length.</summary>
    private async Task AnswerAsync(Socket socket, string line, RuntimeClient client, CancellationToken stop)
    {
        if (_isInteractive && string.IsNullOrWhiteSpace(line))
        {
            await SendAsync(socket, Prompt, stop);
            return;
        }

        foreach (var command in line.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            switch (command)
            {
                case "quit":
                    _isOver = true;
                    return;
                case "prompt":
                    _isInteractive = !_isInteractive;
                    await SendAsync(socket, End(), stop);
                    break;
                default:
                    await SendAsync(socket, await commands.AnswerAsync(command, client, stop) + End(), stop);
                    break;
            }
        }
    }

    /// <summary>What follows each answer.</summary>
    private string End() => _isInteractive ? Prompt : "\n";

    private async Task<int> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(_isInteractive ? PatienceAtPrompt : Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        return await socket.ReceiveAsync(buffer, either.Token);
    }

    private async Task SendAsync(Socket socket, string text, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        var bytes = Encoding.UTF8.GetBytes(text).AsMemory();
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, either.Token)..];
        }
    }
}
