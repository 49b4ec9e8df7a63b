"""The sentences of the Word report's template; what stands between braces is filled in."""

SYSTEM = "HTQLCL theo {{ phien_ban }}"
BODIES = "cơ quan, đơn vị hành chính nhà nước"
PLACE = "trên địa bàn {{ dia_ban }}"
DONE = f"đã xây dựng, chuyển đổi áp dụng {SYSTEM}"
LEFT = (
    "{% if x.con_lai %} (còn {% for con in x.con_lai %}{{ con.so }} cơ quan {{ con.tinh_trang }}"
    "{% if not loop.last %}, {% endif %}{% endfor %}){% endif %}"
)

SUBJECT = (
    "Tình hình xây dựng, áp dụng, chuyển đổi hệ thống quản lý chất lượng "
    f"theo {{{{ phien_ban }}}} tại các {BODIES} {PLACE}"
)
OPENING = (
    "Thực hiện chức năng, nhiệm vụ được giao về theo dõi việc xây dựng, áp dụng, duy trì và "
    "chuyển đổi hệ thống quản lý chất lượng (sau đây gọi tắt là HTQLCL) theo tiêu chuẩn quốc gia "
    f"TCVN ISO 9001 tại các {BODIES} {PLACE}, kết quả tính đến {{{{ ngay_so_lieu }}}} như sau:"
)
ALL_TOGETHER = (
    f"Tính đến {{{{ ngay_so_lieu }}}}, {PLACE} "
    "{% if tong.khong_co %}không có cơ quan nào được tính"
    "{% else %}{% if tong.chua_co %}chưa có cơ quan nào trong {{ tong.tong_so }}"
    "{% elif tong.da_xong %}toàn bộ {{ tong.ty_so }}{% else %}đã có {{ tong.ty_so }}{% endif %} "
    f"{BODIES} {DONE}, đạt tỷ lệ {{{{ tong.ty_le }}}}"
    + LEFT.replace("x.", "tong.")
    + "{% endif %}{% if tong.co_mien %}; không tính {{ tong.mien }} cơ quan không thuộc đối tượng "
    "áp dụng{% endif %}. Cụ thể:"
)
ONE_GROUP = (
    "- {% if nhom.khong_co %}{{ nhom.ten }}: không có cơ quan nào được tính vào ngày nêu trên"
    "{% elif nhom.chua_co %}Chưa có cơ quan nào trong {{ nhom.tong_so }} {{ nhom.ten_trong_cau }} "
    f"{DONE}{{% elif nhom.da_xong %}}Toàn bộ {{{{ nhom.ty_so }}}} {{{{ nhom.ten_trong_cau }}}} "
    f"{DONE}{{% else %}}Đã có {{{{ nhom.ty_so }}}} {{{{ nhom.ten_trong_cau }}}} {DONE}{{% endif %}}"
    + LEFT.replace("x.", "nhom.")
    + "{% if nhom.cac_co_quan_mien %}; không tính {{ nhom.mien }} cơ quan không thuộc đối tượng "
    "áp dụng: {{ nhom.cac_co_quan_mien|join(', ') }}{% endif %}."
)
DEFINITIONS = (
    "Ghi chú: “Tổng số” là số cơ quan có mặt vào ngày tính số liệu, không gồm cơ quan không thuộc "
    "đối tượng áp dụng; tỷ lệ tính trên tổng số này. “Đã chuyển đổi”: công bố đang có hiệu lực "
    "theo {{ phien_ban }} hoặc phiên bản mới hơn. “Chưa chuyển đổi”: công bố đang có hiệu lực theo "
    "phiên bản cũ hơn. “Đang xây dựng”: gồm cả cơ quan đã áp dụng nhưng chưa công bố. “Chưa xây "
    "dựng”: chưa bắt đầu. Số cơ quan có công bố đang có hiệu lực, không phân biệt phiên bản: "
    "{{ tong.da_cong_bo }}/{{ tong.tong_so }}."
)
CHANGED = (
    "So với {{ ngay_so_sanh }}, số cơ quan đã chuyển đổi "
    "{% if tong.tang %}tăng {{ tong.tang }} cơ quan{% elif tong.giam %}giảm {{ tong.giam }} cơ quan"
    "{% else %}không tăng, không giảm{% endif %}: {{ tong.truoc.ty_so }} ({{ tong.truoc.ty_le }}) "
    "tại ngày {{ ngay_so_sanh_ngan }}, {{ tong.ty_so }} ({{ tong.ty_le }}) "
    "tại ngày {{ ngay_so_lieu_ngan }}; cụ thể tại Bảng 2."
)
CAUSE = (
    "- {{ loai.ten }}: {{ loai.so }} cơ quan (số đã chuyển đổi {{ loai.da_chuyen_doi }}, "
    "tổng số {{ loai.tong_so }})."
)
PROGRESS_NOTE = (
    "Ghi chú: mọi mốc đều tính theo {{ phien_ban }} và theo dữ liệu ghi nhận đến "
    "{{ ghi_nhan_den }}."
)
WHO_IS_LEFT = (
    "Còn {{ tong.so_con_lai }} cơ quan chưa hoàn thành việc xây dựng, chuyển đổi "
    "áp dụng {{ phien_ban }}, thuộc các cơ quan cấp trên sau đây:"
)
UNDER_A_PARENT = (
    "{% for muc in cap_tren.con_lai %}{{ muc.so }} cơ quan {{ muc.tinh_trang }}: "
    "{{ muc.cac_co_quan|join(', ') }}{% if not loop.last %}; {% endif %}{% endfor %}"
)
PARENT_NOTE = (
    "Ghi chú: “Tiến độ” là số cơ quan đã chuyển đổi trên tổng số cơ quan trực thuộc được tính."
)
REQUEST = (
    "Đề nghị các cơ quan cấp trên nêu tại Bảng 4 chỉ đạo, đôn đốc các cơ quan trực thuộc khẩn "
    "trương hoàn thành việc xây dựng, chuyển đổi, công bố và báo cáo kết quả theo quy định."
)
NOBODY_LEFT = (
    "Không còn cơ quan nào chưa hoàn thành việc xây dựng, chuyển đổi áp dụng {{ phien_ban }}."
)
PLAN = (
    "Kế hoạch chuyển đổi từ {{ ke_hoach.tu_phien_ban }} sang {{ phien_ban }}"
    "{% if ke_hoach.can_cu %} (căn cứ: {{ ke_hoach.can_cu }}){% endif %}"
    "{% if ke_hoach.thoi_han %} có thời hạn hoàn thành là {{ ke_hoach.thoi_han }}"
    "{% else %} chưa ghi nhận thời hạn hoàn thành{% endif %}. "
    "{% if ke_hoach.so_co_ngay %}Đến hết {{ ngay_so_lieu }}, theo kế hoạch có "
    "{{ ke_hoach.theo_ke_hoach }} cơ quan phải chuyển đổi xong; thực tế đã có "
    "{{ ke_hoach.thuc_te }} cơ quan chuyển đổi, "
    "{% if ke_hoach.thap_hon %}thấp hơn kế hoạch {{ ke_hoach.thap_hon }} cơ quan"
    "{% elif ke_hoach.cao_hon %}cao hơn kế hoạch {{ ke_hoach.cao_hon }} cơ quan"
    "{% else %}đúng bằng kế hoạch{% endif %}"
    "{% if ke_hoach.so_chua_co_ngay %}. Còn {{ ke_hoach.so_chua_co_ngay }} cơ quan chưa có ngày kế "
    "hoạch riêng{% endif %}.{% else %}Các cơ quan chưa có ngày kế hoạch riêng; đến hết "
    "{{ ngay_so_lieu }} đã có {{ ke_hoach.thuc_te }} cơ quan chuyển đổi.{% endif %}"
)
TARGETS_NOTE = (
    "Ghi chú: cột “Đã chuyển đổi” tính vào ngày của chỉ tiêu; chỉ tiêu chưa đến hạn thì tính vào "
    "{{ ngay_so_lieu }}. Chỉ tiêu theo tỷ lệ được làm tròn lên thành số cơ quan."
)
LATE = (
    "Có {{ ke_hoach.so_cham }} cơ quan chậm so với kế hoạch (chưa chuyển đổi sau ngày kế hoạch của "
    "mình hoặc, nếu không có ngày riêng, sau thời hạn hoàn thành), thuộc các cơ quan cấp trên nêu "
    "tại Bảng {{ ke_hoach.bang_cham }}."
)
LATE_UNDER_A_PARENT = (
    "{% for han in cap_tren.cac_han %}{% if loop.first %}Hạn{% else %}hạn{% endif %} "
    "{{ han.ngay }}, chậm {{ han.so_ngay }} ngày: "
    "{{ han.cac_co_quan|join(', ') }}{% if not loop.last %}; {% endif %}{% endfor %}"
)
LATE_NOTE = "Ghi chú: số ngày chậm tính từ sau ngày đến hạn đến {{ ngay_so_lieu }}."
NOBODY_LATE = "Đến hết {{ ngay_so_lieu }} không có cơ quan nào chậm so với kế hoạch."
FORECAST = (
    "Dự báo: {% if ke_hoach.du_bao.da_xong %}không còn cơ quan nào phải chuyển đổi"
    "{% if ke_hoach.du_bao.ngay_xong %}; hoàn thành ngày {{ ke_hoach.du_bao.ngay_xong }}{% endif "
    "%}."
    "{% elif ke_hoach.du_bao.chua_du_du_lieu %}chưa đủ dữ liệu để dự báo ngày hoàn thành của "
    "{{ ke_hoach.du_bao.con_lai }} cơ quan còn lại (trong 12 tháng qua có "
    "{{ ke_hoach.du_bao.toc_do }} cơ quan chuyển đổi, cần ít nhất 05)."
    "{% else %}trong 12 tháng qua có {{ ke_hoach.du_bao.toc_do }} cơ quan chuyển đổi; với tốc độ "
    "này, "
    "{{ ke_hoach.du_bao.con_lai }} cơ quan còn lại hoàn thành "
    "{% if not ke_hoach.du_bao.som_nhat %}sau ngày {{ ke_hoach.du_bao.sau_ngay }}"
    "{% elif not ke_hoach.du_bao.muon_nhat %}sớm nhất vào ngày {{ ke_hoach.du_bao.som_nhat }}, có "
    "thể "
    "sau ngày {{ ke_hoach.du_bao.sau_ngay }}"
    "{% else %}trong khoảng từ ngày {{ ke_hoach.du_bao.som_nhat }} đến ngày "
    "{{ ke_hoach.du_bao.muon_nhat }}{% endif %} (khoảng tin cậy 90%, chỉ tính dao động ngẫu nhiên "
    "của tốc độ, không tính những biện pháp sẽ thực hiện).{% endif %}"
)
VISITS = (
    "{% if kiem_tra.co_luot %}Tính đến {{ ngay_so_lieu }}, đã thực hiện {{ kiem_tra.so_luot }} "
    "lượt "
    "kiểm tra tại {{ kiem_tra.so_co_quan }} cơ quan (trong đó "
    "{% for hinh_thuc in kiem_tra.cac_hinh_thuc %}{{ hinh_thuc.so_luot }} lượt kiểm tra "
    "{{ hinh_thuc.ten }}{% if not loop.last %}, {% endif %}{% endfor %}). Riêng năm "
    "{{ kiem_tra.nam }}, đến ngày nêu trên đã thực hiện {{ kiem_tra.luot_trong_nam }} lượt tại "
    "{{ kiem_tra.co_quan_trong_nam }} cơ quan.{% else %}Tính đến {{ ngay_so_lieu }} chưa ghi nhận "
    "lượt kiểm tra nào.{% endif %}"
)
VISITS_PLANNED = (
    "Kế hoạch kiểm tra năm {{ kiem_tra.nam }} nêu {{ kiem_tra.so_ke_hoach }} cơ quan: "
    "{{ kiem_tra.so_da_kiem_tra }} cơ quan đã được kiểm tra"
    "{% if kiem_tra.so_chua_kiem_tra %}, {{ kiem_tra.so_chua_kiem_tra }} cơ quan chưa được kiểm "
    "tra "
    "({{ kiem_tra.chua_kiem_tra|join(', ') }}){% endif %}."
)
VISITS_NOTE = (
    "Ghi chú: mỗi lần kiểm tra một cơ quan là một lượt; số cơ quan tính mỗi cơ quan một lần, dù "
    "được "
    "kiểm tra nhiều lượt. Nhóm là nhóm của cơ quan vào ngày kiểm tra."
)
OVERDUE = (
    "{% if kiem_tra.so_qua_han %}Có {{ kiem_tra.so_qua_han }} phát hiện qua kiểm tra đã quá thời "
    "hạn "
    "khắc phục mà chưa khắc phục xong, theo cơ quan cấp trên tại Bảng {{ kiem_tra.bang_qua_han }}."
    "{% else %}Không có phát hiện qua kiểm tra nào quá thời hạn khắc phục.{% endif %}"
)
OVERDUE_UNDER_A_PARENT = (
    "{% for co_quan in cap_tren.cac_co_quan %}{{ co_quan.ten }} ({{ co_quan.so }} phát hiện, thời "
    "hạn "
    "{{ co_quan.thoi_han }}){% if not loop.last %}; {% endif %}{% endfor %}"
)
COURSES = (
    "Tính đến {{ ngay_so_lieu }}, đã tổ chức {{ tap_huan.so_lop }} lớp tập huấn với "
    "{{ tap_huan.so_luot }} lượt tham dự của {{ tap_huan.so_co_quan }} cơ quan. Riêng năm "
    "{{ tap_huan.nam }}, đến ngày nêu trên đã tổ chức {{ tap_huan.lop_trong_nam }} lớp với "
    "{{ tap_huan.luot_trong_nam }} lượt tham dự. Theo chủ đề:"
)
TOPIC = "- {{ chu_de.ten }}: {{ chu_de.so_lop }} lớp, {{ chu_de.so_luot }} lượt tham dự."
COURSES_NOTE = (
    "Ghi chú: dự một lớp là một lượt, dự hai lớp là hai lượt; số lượt không phải là số người. "
    "Nhóm là nhóm của cơ quan vào ngày khai giảng."
)
ROUND = (
    "Kỳ báo cáo từ ngày {{ ky.tu_ngay }} đến ngày {{ ky.den_ngay }} (ngày chốt số liệu "
    "{{ ky.chot }}, hạn nộp {{ ky.han_nop }}): {% if ky.co_phai_bao_cao %}tính đến "
    "{{ ngay_so_lieu }} đã nhận {{ ky.da_nhan }}/{{ ky.phai_bao_cao }} báo cáo, trong đó "
    "{{ ky.dung_han }} báo cáo đúng hạn, {{ ky.cham }} báo cáo chậm"
    "{% if not ky.da_du %}; còn {{ ky.chua_bao_cao }} cơ quan chưa báo cáo"
    "{% if ky.chua_den_han %} (chưa quá hạn nộp){% endif %}{% endif %}."
    "{% else %}không có cơ quan nào phải báo cáo.{% endif %}"
)
ROUND_STATES = (
    "Trong số báo cáo đã nhận: {{ ky.da_chap_nhan }} báo cáo đã được chấp nhận, "
    "{{ ky.cho_xem_xet }} báo cáo đang chờ xem xét, {{ ky.tra_lai }} báo cáo đã trả lại để bổ sung."
)
ROUND_NOTE = (
    "Ghi chú: “Chưa báo cáo” là chưa nhận được báo cáo, không có nghĩa là chưa áp dụng HTQLCL. "
    "Đúng "
    "hạn hay chậm tính theo lần nộp đầu tiên."
)
CLOSING = (
    "Trên đây là báo cáo tình hình xây dựng, áp dụng, chuyển đổi HTQLCL theo "
    f"{{{{ phien_ban }}}} tại các {BODIES} {PLACE}./."
)
GROUP_IN_THE_ANNEX = (
    "{{ nhom.ten }}: {% if nhom.khong_co %}không có cơ quan nào được tính"
    "{% else %}{{ nhom.ty_so }}{% endif %}"
)
