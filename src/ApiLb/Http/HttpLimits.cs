using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ApiLb.Http;

/// <summary>What one client of an HTTP listener may cost while its request is read. Bodies are the routes' to limit.</summary>
internal static class HttpLimits
{
    /// <summary>Bodies that trickle: long enough for a bad line, and not for ever.</summary>
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null;
        limits.MaxRequestLineSize = 16 * 1024;
        limits.MaxRequestHeadersTotalSize = 64 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MinRequestBodyDataRate = SlowestBody;

        // Whoever reads `kubectl logs -f` may stop reading for as long as he likes; dead peers are the kernel's to find.
        limits.MinResponseDataRate = null;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
