using System.Text;
using ApiLb.Discovery;
using ApiLb.Kubernetes;

namespace ApiLb.Fuzzing.Targets;

/// <summary>
/// The lines of a watch, however the network cuts them: the reader must find the lines that a split of the whole finds, refuse those that
/// are too long, and notice a cut; each line is an event or a failure that says so.
/// </summary>
internal sealed class WatchTarget : IFuzzTarget
{
    private const int LongestLine = 2048;

    private static readonly KubernetesJsonContext Json = KubernetesJsonContext.Default;

    public string Name => "watch";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            """
            {"type":"ADDED","object":{"metadata":{"name":"kubernetes","resourceVersion":"7"},"endpoints":[{"addresses":["10.0.0.11"]}],"ports":[{"name":"https","port":6443}]}}
            {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}

            """,
            """
            {"type":"MODIFIED","object":{"metadata":{"name":"cp1","resourceVersion":"8"},"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.11"}]}}}
            {"type":"DELETED","object":{"metadata":{"name":"cp1","resourceVersion":"9"}}}
            {"type":"ERROR","object":{"kind":"Status","message":"too old resource version: 1 (2)","reason":"Expired","code":410}}

            """,
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<string> Fragments { get; } =
    [
        "\n", "\r\n", "\n\n", "{", "}", "[", "]", ",", ":", "\"", "null", "{}", "[]", "1.5", "\\ud800", "\"\\ud800\"", "\0", "é", "\u001b", "\"type\":", "\"object\":", "\"ERROR\"", "\"ADDED\"", "\"code\":", "\"message\":", "\"object\":{},\"object\":",
        "{\"type\":\"ERROR\"}\n", "{\"type\":\"ADDED\"}\n", "{\"type\":\"ERROR\",\"object\":null}\n", "{\"type\":\"ERROR\",\"object\":\"\\ud800\"}\n",
    ];

    public int Cost => 2;

    public void Try(byte[] input)
    {
        using var stream = new CutStream(input);
        var reader = new WatchLineReader(stream, LongestLine);
        var at = 0;
        try
        {
            while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } line)
            {
                var length = input.AsSpan(at).IndexOf((byte)'\n');
                FuzzFailedException.Unless(length >= 0 && line.Span.SequenceEqual(input.AsSpan(at, length)), $"another line at {at}", input);
                at += length + 1;
                TryLine(line.Span, input);
            }

            FuzzFailedException.Unless(at == input.Length, $"ended in order after {at} bytes", input);
        }
        catch (InvalidDataException)
        {
            FuzzFailedException.Unless(LengthOfLine(input, at) > LongestLine, $"a line at {at} is said to be too long", input);
        }
        catch (EndOfStreamException)
        {
            FuzzFailedException.Unless(at < input.Length && !input.AsSpan(at).Contains((byte)'\n'), $"said to be cut after {at} bytes", input);
        }
    }

    private static int LengthOfLine(byte[] input, int at) => input.AsSpan(at).IndexOf((byte)'\n') is >= 0 and var length ? length : input.Length - at;

    private static void TryLine(ReadOnlySpan<byte> line, byte[] input)
    {
        if (ResourceWatch<EndpointSlice>.Parse(line, Json.EndpointSlice).TryGet(out var slice, out var failure))
        {
            _ = ControlPlaneViews.MembersOf(slice.Object).ToArray();
        }
        else
        {
            Check(failure, input);
        }

        if (ResourceWatch<Node>.Parse(line, Json.Node).TryGet(out var node, out failure))
        {
            FuzzFailedException.Unless(ControlPlaneViews.MembersOf(node.Object, 6443).Count() <= 1, "a node with two apiservers", input);
        }
        else
        {
            Check(failure, input);
        }
    }

    private static void Check(KubernetesFailure failure, byte[] input) =>
        FuzzFailedException.Unless(failure.Detail.Length is > 0 and < 600 && !failure.Detail.Any(char.IsControl), $"fails with \"{failure.Detail}\"", input);

    /// <summary>Gives a stream in pieces of lengths that follow from where it is.</summary>
    private sealed class CutStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var piece = 1 + ((int)(Length + Position) * 31 % 97);
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
        }
    }
}
