using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Settings of a listener that are each allowed, but not together.</summary>
internal static class ListenerPlausibility
{
    private static readonly string[] ForHttp = ["tls", "redirectToHttps", "trustedProxies", "logRequests"];

    /// <param name="section">The listener's.</param>
    /// <param name="listener">What was read from it, a protocol included.</param>
    public static void Check(SectionReader section, ListenerOptions listener)
    {
        if (listener.SpeaksHttp())
        {
            CheckHttp(section, listener);
        }
        else
        {
            RefuseHttpKeys(section, listener);
            WarnOfNoEffect(section, listener);
        }
    }

    private static void RefuseHttpKeys(SectionReader section, ListenerOptions listener)
    {
        foreach (var key in ForHttp.Where(section.Has))
        {
            section.Error(key, $"needs protocol {(key == "tls" ? "https" : "http or https")}: a {Choice.WordOf(listener.Protocol)} listener does not read requests");
        }
    }

    private static void CheckHttp(SectionReader section, ListenerOptions listener)
    {
        var isHttps = listener.Protocol == ListenerProtocol.Https;
        if (isHttps && !section.Has("tls"))
        {
            section.ReportMissing("tls", "an https listener shows its clients a certificate: give certificateFile and keyFile");
        }

        if (!isHttps && section.Has("tls"))
        {
            section.Error("tls", "needs protocol https; with http nothing is encrypted");
        }

        if (isHttps && listener.RedirectToHttps)
        {
            section.Error("redirectToHttps", "is for protocol http: here clients come by https already");
        }

        if (listener.RedirectToHttps && (section.Has("pool") || section.Has("routes")))
        {
            section.Error("redirectToHttps", "answers every request itself: remove pool and routes, or redirectToHttps");
        }

        if (section.Has("onBadHello"))
        {
            section.Warn("onBadHello", "has no effect but with protocol tls");
        }

        if (section.Has("firstFlightTimeout") && !isHttps && listener.ProxyProtocol is null)
        {
            section.Warn("firstFlightTimeout", "has no effect with protocol http without proxyProtocol");
        }
    }

    private static void WarnOfNoEffect(SectionReader section, ListenerOptions listener)
    {
        if (listener.Protocol == ListenerProtocol.Tls)
        {
            if (listener is { OnBadHello: BadHelloAction.Forward, Pool: null })
            {
                section.Warn("onBadHello", "has no effect without pool, to which such clients would go");
            }

            return;
        }

        foreach (var key in (string[])["firstFlightTimeout", "onBadHello"])
        {
            if (section.Has(key) && (key != "firstFlightTimeout" || !section.Has("proxyProtocol")))
            {
                section.Warn(key, "has no effect with protocol tcp, where the server may speak first");
            }
        }

        if (listener.Routes.Count > 0)
        {
            section.Error("routes", "needs protocol tls, http or https: with tcp nothing says whom a client asks for");
        }
    }
}
