using System.Security.Cryptography.X509Certificates;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Kubernetes;

/// <summary>A control-plane host as kubeadm lays it: an etcd member, an apiserver that uses it, and the files of both.</summary>
/// <param name="host">Where its processes run.</param>
/// <param name="directory">The lab's.</param>
/// <param name="rootName">The name of the directory that is its root.</param>
internal sealed class ControlPlaneHost(LabHost host, LabDirectory directory, string rootName) : IAsyncDisposable
{
    // An apiserver of this version waits up to 60 s for its watches, and the kubelet kills it after the pod's grace period, 30 s by default.
    // What matters to a balancer happens in the first moments: the listener closes, and what is established lives on.
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(10);

    private LabProcess? _etcd;
    private LabProcess? _apiServer;
    private LabProcess? _controllerManager;
    private OverloadedApiServer? _standIn;

    public LabHost Host { get; } = host;

    public string Root { get; } = directory.RootOf(rootName);

    public Kubeadm Kubeadm { get; } = new(host, directory.RootOf(rootName));

    public string Pki => Path.Combine(Root, "etc/kubernetes/pki");

    public string AdminKubeconfig => Path.Combine(Root, "etc/kubernetes/admin.conf");

    public bool IsApiServerRunning => _apiServer is { IsRunning: true };

    public bool IsControllerManagerRunning => _controllerManager is { IsRunning: true };

    public bool IsEtcdRunning => _etcd is { IsRunning: true };

    private LabProcess Etcd => _etcd ?? throw new InvalidOperationException($"etcd of {Host.Name} was never started");

    private LabProcess ApiServer => _apiServer ?? throw new InvalidOperationException($"the apiserver of {Host.Name} was never started");

    /// <summary>The certificate that tells clients which apiserver they reached.</summary>
    public string ApiServerThumbprint()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Pki, "apiserver.crt"));
        return certificate.Thumbprint;
    }

    /// <summary>Takes over what all hosts of a control plane have in common, as `kubeadm join` does.</summary>
    public void CopySharedPkiFrom(ControlPlaneHost first)
    {
        Directory.CreateDirectory(Path.Combine(Pki, "etcd"));
        foreach (var file in (string[])["ca.crt", "ca.key", "sa.key", "sa.pub", "front-proxy-ca.crt", "front-proxy-ca.key", "etcd/ca.crt", "etcd/ca.key"])
        {
            File.Copy(Path.Combine(first.Pki, file), Path.Combine(Pki, file));
        }
    }

    /// <summary>Starts the member, or starts it again with the data that it had.</summary>
    public void StartEtcd() => _etcd = StartComponent("etcd", "etcd", Host);

    /// <summary>Kills what runs and deletes the member's data. To be started again when no member remembers it.</summary>
    public async Task ForgetClusterAsync()
    {
        foreach (var process in new[] { _controllerManager, _apiServer, Etcd }.OfType<LabProcess>().Where(process => process.IsRunning))
        {
            await process.KillAsync();
        }

        Directory.Delete(Path.Combine(Root, "var/lib/etcd"), recursive: true);
    }

    /// <summary>kill -9 of the etcd member.</summary>
    public Task KillEtcdAsync() => Etcd.KillAsync();

    /// <param name="extraArguments">Added to those of the manifest, or put in the place of those with the same name.</param>
    public void StartApiServer(params IEnumerable<string> extraArguments)
    {
        if (IsApiServerRunning)
        {
            throw new InvalidOperationException($"the apiserver of {Host.Name} runs already");
        }

        _apiServer = StartComponent("kube-apiserver", KubernetesBinaries.ApiServer, Host, extraArguments);
    }

    /// <summary>Puts an <see cref="OverloadedApiServer"/> in the apiserver's place, with its address and certificate. It answers at once.</summary>
    public async Task ReplaceApiServerAsync()
    {
        await KillApiServerAsync();
        _standIn = new OverloadedApiServer(Host, Path.Combine(Pki, "apiserver.crt"), Path.Combine(Pki, "apiserver.key"));
    }

    /// <summary>From now on the stand-in is overloaded.</summary>
    public void OverloadStandIn() => (_standIn ?? throw new InvalidOperationException($"the apiserver of {Host.Name} has no stand-in")).Overload();

    /// <summary>Ends the stand-in, if there is one; the apiserver is not started again.</summary>
    public async Task RemoveStandInAsync()
    {
        if (_standIn is not null)
        {
            await _standIn.DisposeAsync();
            _standIn = null;
        }
    }

    /// <summary>
    /// Starts the controller manager with the balancer, not this host, as its apiserver; on the client host, because it is a client that
    /// must outlive any one of these.
    /// </summary>
    public void StartControllerManager()
    {
        var kubeconfig = Path.Combine(Root, "etc/kubernetes/controller-manager.conf");
        var local = Host.ApiEndPoint.ToString();
        File.WriteAllText(kubeconfig, File.ReadAllText(kubeconfig).Replace(local, Kubeadm.ControlPlaneEndpoint, StringComparison.Ordinal));
        _controllerManager = StartComponent("kube-controller-manager", KubernetesBinaries.ControllerManager, LabHost.Client);
    }

    /// <summary>kill -9.</summary>
    public Task KillApiServerAsync() => ApiServer.KillAsync();

    /// <summary>SIGTERM, and SIGKILL to what still runs after the grace period, as the kubelet does.</summary>
    public Task StopApiServerAsync() => StopApiServerAsync(GracePeriod);

    public Task StopApiServerAsync(TimeSpan gracePeriod) => ApiServer.TerminateAsync(gracePeriod);

    /// <summary>The process stays and its kernel still answers, but it does nothing.</summary>
    public void FreezeApiServer() => ApiServer.Send(Signal.Stop);

    public void ThawApiServer()
    {
        if (IsApiServerRunning)
        {
            ApiServer.Send(Signal.Continue);
        }
    }

    /// <summary>Throws when etcd or the apiserver has ended.</summary>
    public void EnsureRunning()
    {
        _etcd?.EnsureRunning();
        _apiServer?.EnsureRunning();
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveStandInAsync();
        foreach (var process in new[] { _controllerManager, _apiServer, _etcd }.OfType<LabProcess>())
        {
            await process.DisposeAsync();
        }
    }

    private LabProcess StartComponent(string component, string program, LabHost where, params IEnumerable<string> extraArguments)
    {
        var replaced = extraArguments.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var usual = StaticPodManifest.ArgumentsOf(component, Root).Where(argument => !replaced.Contains(NameOf(argument)));
        return LabProcess.Start(directory, where, component, [program, .. usual, .. extraArguments]);
    }

    private static string NameOf(string argument) => argument.Split('=')[0];
}
