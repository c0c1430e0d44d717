"""Write every contract anew: `python -m deploy.contracts`."""

from deploy.contracts.documents import ROOT, all_documents
from shared.logs import set_up_logs

if __name__ == "__main__":
    set_up_logs("WARNING")
    for path, text in all_documents().items():
        file = ROOT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
