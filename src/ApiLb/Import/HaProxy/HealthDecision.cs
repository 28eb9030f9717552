using ApiLb.Configuration;
using ApiLb.Import.Drafts;

namespace ApiLb.Import.HaProxy;

/// <summary>Decides which check of ApiLb does what HAProxy's did.</summary>
/// <param name="check">What the backend says.</param>
/// <param name="server">What its servers say: the first of them.</param>
/// <param name="pool">The pool so far, with its members.</param>
/// <param name="context">Of the file.</param>
internal sealed class HealthDecision(CheckReader check, ServerParameters server, PoolDraft pool, HaProxyContext context)
{
    private const string Readyz = "/readyz";
    private const string ApiserverPort = ":6443";

    private static readonly string[] ApiserverPaths = [Readyz, "/livez", "/healthz"];

    private bool IsTls => check.IsTls || server.ChecksTls || server.IsEncrypted;

    private bool IsVerified => server is { IsVerified: true, CaFile: not null };

    private string? Name => server.ServerName ?? check.Host;

    /// <summary>The type, and what belongs to it.</summary>
    public HealthDraft Decide()
    {
        pool.SpeaksTls = IsTls && !server.IsEncrypted;
        if (check.IsElsewhere || server.ChecksElsewhere)
        {
            return Connect("HAProxy checked another port or address than the one for clients. ApiLb checks where it forwards to, and only connects.");
        }

        return check.IsHttp ? DecideHttp() : IsTls ? DecideTls() : Connect(server.IsChecked
            ? "As HAProxy: connecting is enough."
            : "HAProxy did not check these servers; ApiLb checks all, and connecting is enough.");
    }

    private HealthDraft DecideHttp()
    {
        var path = check.Path.Split('?')[0];
        if (!IsTls)
        {
            return new HealthDraft { Type = HealthCheckType.Http, Path = check.Path, ServerName = Name, Reason = "GET, as every check of ApiLb; 2xx and 3xx pass." };
        }

        if (ApiserverPaths.Contains(path, StringComparer.Ordinal))
        {
            return Apiserver(path == Readyz
                ? "GET /readyz, read as an apiserver means it."
                : $"/readyz instead of {path}, which stays green while an apiserver shuts down.");
        }

        if (IsVerified && HasNameToVerify)
        {
            return new HealthDraft { Type = HealthCheckType.Https, CaFile = server.CaFile, Path = check.Path, ServerName = Name, Reason = "GET, as every check of ApiLb; 2xx and 3xx pass." };
        }

        context.Notes.LeftOut(check.Asks!, $"ApiLb verifies certificates, and no CA or name is given; it only connects. Better: health: {{ type: https, caFile: ..., path: {check.Path} }}");
        return Connect("HAProxy asked by HTTPS without verifying anybody.");
    }

    private HealthDraft DecideTls()
    {
        if (IsVerified && HasNameToVerify)
        {
            return new HealthDraft { Type = HealthCheckType.Tls, CaFile = server.CaFile, ServerName = Name, Reason = "A TLS handshake, verified." };
        }

        if (IsOnApiserverPort)
        {
            return Apiserver("HAProxy only wanted an answer to a ClientHello, from whomever; port 6443 is a kube-apiserver's, which says more at /readyz.");
        }

        if (check.Asks is { } asks)
        {
            context.Notes.LeftOut(asks, "ApiLb verifies certificates, and no CA or name is given; it only connects. Better: health: { type: tls, caFile: ... }");
        }

        return Connect("HAProxy wanted a TLS handshake without verifying anybody.");
    }

    private HealthDraft Apiserver(string reason) => new()
    {
        Type = HealthCheckType.KubeApiserver,
        CaFile = IsVerified ? server.CaFile : context.Source.CaFile,
        IsCaAssumed = !IsVerified,
        ServerName = Name,
        Reason = IsVerified ? reason : $"{reason} HAProxy verified nobody; ApiLb does: put the cluster's ca.crt there (kubeadm: /etc/kubernetes/pki/ca.crt).",
    };

    private HealthDraft Connect(string reason) => new()
    {
        Reason = IsOnApiserverPort
            ? $"{reason} A frozen apiserver passes that. Better: health: {{ type: kube-apiserver, caFile: {context.Source.CaFile} }}"
            : reason,
    };

    private bool HasNameToVerify => Name is not null || !pool.Backends.Exists(b => b.Address.StartsWith("unix:", StringComparison.Ordinal));

    private bool IsOnApiserverPort => pool.Backends.Exists(b => b.Address.EndsWith(ApiserverPort, StringComparison.Ordinal)) || pool.DnsPort == 6443;
}
