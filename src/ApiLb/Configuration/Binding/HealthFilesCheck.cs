namespace ApiLb.Configuration.Binding;

/// <summary>The files that <c>health</c>, <c>tls</c> and <c>upstream</c> name: remembered while the file is bound, looked at afterwards.</summary>
internal sealed class HealthFilesCheck(string folder, TimeProvider time)
{
    public CaFileCheck Ca { get; } = new(folder);

    public CredentialFileCheck Credentials { get; } = new(folder, time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Ca.RunAsync(cancellationToken).ConfigureAwait(false);
        await Credentials.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
