using System.Net.Security;
using System.Security.Authentication;

namespace ApiLb.Fuzzing;

/// <summary>Real ClientHellos: what SslStream sends first.</summary>
internal static class Hello
{
    public const int RecordHeaderLength = 5;

    public static byte[] Tls13 { get; } = Capture(SslProtocols.Tls12 | SslProtocols.Tls13, 1);

    public static byte[] Tls12 { get; } = Capture(SslProtocols.Tls12, 1);

    /// <summary>More than the reader's first buffer.</summary>
    public static byte[] Large { get; } = Capture(SslProtocols.Tls13, 100);

    /// <summary>The same message, its first so many bytes in a record of their own.</summary>
    public static byte[] SplitAt(byte[] hello, int firstRecord)
    {
        var message = hello[RecordHeaderLength..];
        return [.. Record(message[..firstRecord]), .. Record(message[firstRecord..])];
    }

    public static byte[] Record(byte[] payload) => [22, 3, 1, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    private static byte[] Capture(SslProtocols protocols, int applications)
    {
        using MemoryStream sent = new();
        using SslStream tls = new(new DeafStream(sent));
        try
        {
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = "kubernetes.example.com",
                EnabledSslProtocols = protocols,
                ApplicationProtocols = [.. Enumerable.Range(0, applications).Select(i => new SslApplicationProtocol($"application-protocol-number-{i}"))],
            });
        }
        catch (IOException)
        {
            // Nobody answered.
        }

        return sent.ToArray();
    }

    /// <summary>Keeps what is written and has nothing to read.</summary>
    private sealed class DeafStream(MemoryStream sent) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => sent.Write(buffer, offset, count);
    }
}
