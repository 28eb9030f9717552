using ApiLb.Validation.Requests;
using ApiLb.Validation.Steps;

namespace ApiLb.Validation;

/// <summary>Runs the steps of a validation one after the other. Once.</summary>
/// <param name="plan">What is asked for.</param>
/// <param name="time">The clock of all deadlines and measurements.</param>
/// <param name="tell">Gets told what is going on; called from several threads, and does not throw.</param>
internal sealed class Validator(ValidationPlan plan, TimeProvider time, Action<ValidationProgress> tell)
{
    /// <param name="enough">Nobody wants to wait for the rest of <see cref="ValidationPlan.During"/>.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The plan's CA cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token has fired.</exception>
    public async Task<ValidationReport> RunAsync(CancellationToken enough, CancellationToken cancellationToken)
    {
        using var visits = new ApiVisits(plan.Authority, plan.ServerName, time);
        var apiserverStep = new ApiserverStep(plan, visits, time);

        Begin("finding apiservers");
        var apiservers = await apiserverStep.FindAsync(cancellationToken);
        Begin($"asking {apiservers.Count} apiservers directly");
        var direct = await apiserverStep.AskAsync(apiservers, cancellationToken);
        Begin("opening connections through the balancer");
        var requests = await new RequestStep(plan, visits, time).RunAsync(apiservers.Count, apiserverStep.Names, cancellationToken);
        Begin("asking etcd");
        var etcd = await new EtcdStep(plan, time).RunAsync(direct, cancellationToken);
        var write = await WriteAsync(cancellationToken);
        var during = await DuringAsync(visits, apiservers, apiserverStep.Names, enough, cancellationToken);
        return new ValidationReport
        {
            Balancer = plan.Balancer.ToString() ?? "",
            Apiservers = direct,
            Requests = requests,
            Etcd = etcd,
            Write = write,
            During = during,
            Findings = ValidationFindings.Of(direct, requests, etcd, write, during),
        };
    }

    private async Task<WriteResult?> WriteAsync(CancellationToken cancellationToken)
    {
        if (plan is not { Writes: true, Credentials: { } credentials })
        {
            return null;
        }

        Begin("creating, watching and deleting an object");
        return await new WriteStep(plan, time).RunAsync(credentials, cancellationToken);
    }

    private async Task<DuringResult?> DuringAsync(
        ApiVisits visits,
        IReadOnlyList<ApiserverAddress> apiservers,
        IReadOnlyDictionary<string, string> names,
        CancellationToken enough,
        CancellationToken cancellationToken)
    {
        if (plan.During == TimeSpan.Zero)
        {
            return null;
        }

        Begin(FormattableString.Invariant($"20 new connections a second for {plan.During.TotalSeconds:0} s: break something now"));
        return await new DuringStep(plan, visits, time, tell).RunAsync(apiservers, names, enough, cancellationToken);
    }

    private void Begin(string step) => tell(new ValidationProgress(step, IsLive: false));
}
